using System.Diagnostics;

namespace MegatronBridge.Storage.Files;

/// <summary>
/// Writes files whose tensors come from anywhere: a few workers read pieces, in the order of the files, and write each
/// where it belongs. Memory is workers times buffer, whatever the size of the tensors.
/// </summary>
public static class TransferEngine
{
    /// <summary>Creates <paramref name="files"/> below <paramref name="directory"/>; returns when all are on the disk.</summary>
    /// <exception cref="BadFileException">A source ends early, or a file cannot be written; no file is left.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; no file is left.</exception>
    public static async Task<TransferResult> RunAsync(
        IReadOnlyList<FileLayout> files,
        string directory,
        TransferOptions options,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        long start = Stopwatch.GetTimestamp();
        long total = files.Sum(file => file.Placements.Sum(placement => placement.View.ByteCount));
        ProgressCounter counter = new(total, progress);
        List<FileTransfer> begun = [];
        (int workers, int bufferBytes) = options.WithinLimit();

        // Files are created when their turn comes, so that about as many are open as there are workers.
        IEnumerable<(FileTransfer File, Piece Piece)> Work()
        {
            foreach (FileLayout layout in files)
            {
                FileTransfer file = new(layout, directory, bufferBytes);
                begun.Add(file);
                if (file.Pieces.Count == 0)
                {
                    file.Finish();
                }

                foreach (Piece piece in file.Pieces)
                {
                    yield return (file, piece);
                }
            }
        }

        void Perform((FileTransfer File, Piece Piece) work, Span<byte> buffer)
        {
            work.File.Write(work.Piece, buffer);
            counter.Add(work.Piece.Segments.Sum(segment => (long)segment.Length));
        }

        try
        {
            await BufferedWorkers.RunAsync(Work(), workers, bufferBytes, Perform, cancellation).ConfigureAwait(false);
        }
        catch
        {
            begun.ForEach(file => file.Delete());
            throw;
        }

        return new(total, Stopwatch.GetElapsedTime(start));
    }
}
