using MegatronBridge.Cpu.Kernels;
using MegatronBridge.Cpu.Weights;

namespace MegatronBridge.Cpu.Blocks;

/// <summary>
/// The way from latents up to the keys and values of all heads. Attention can go it for every latent, or, what comes to the same, once for
/// the queries and once for the result: <c>q · (W · latent) = (Wᵀ · q) · latent</c>.
/// </summary>
internal sealed class LatentHeads
{
    private const long Bytes = 16 << 20; // keys and values that are in memory at a time
    private const int LeastRows = 16; // that a thread copies

    private readonly Linear _up; // for each head the plain channels of its key, then its value
    private readonly int _heads;
    private readonly int _plain;
    private readonly int _turning;
    private readonly int _valueSize;

    /// <summary>Builds it of the projection and the sizes of the heads that the rank has.</summary>
    public LatentHeads(Linear up, int heads, int plain, int turning, int valueSize)
    {
        (_up, _heads, _plain, _turning, _valueSize) = (up, heads, plain, turning, valueSize);
        KeyValueCache.RequireSize(Rank + turning, Math.Max(Rank, plain + turning));
    }

    /// <summary>Channels of a latent.</summary>
    public int Rank => _up.Inputs;

    private int Raised => _plain + _valueSize; // rows of a head

    /// <summary>Attends to the latents of a cache, whichever way is the shorter one.</summary>
    /// <param name="pass">The pass.</param>
    /// <param name="queries">Queries <c>[tokens, heads · (plain + turning)]</c>.</param>
    /// <param name="latents">Latents with the turning channels that all heads share, for each position.</param>
    /// <param name="result">Where the result goes, <c>[tokens, heads · value size]</c>.</param>
    /// <param name="scale">Factor of the scores.</param>
    /// <param name="chosen">The positions that each token sees, or nothing.</param>
    public void Attend(ForwardPass pass, Matrix queries, PagedRows latents, Matrix result, float scale, Matrix chosen)
    {
        AttentionJob job = new()
        {
            Queries = queries,
            Result = result,
            Keys = latents,
            Values = latents with { Columns = Rank },
            Heads = _heads,
            Groups = 1,
            First = pass.First,
            Scale = scale,
            Chosen = chosen,
        };
        if (IsShorterThroughQueries(queries.Rows, pass.First + queries.Rows))
        {
            AttendToLatents(pass, job);
        }
        else
        {
            AttendToKeys(pass, job);
        }
    }

    // Multiplications of a head, and what the queries take in memory.
    private bool IsShorterThroughQueries(int tokens, int positions)
    {
        double pairs = (double)tokens * positions;
        double through = ((double)tokens * Rank * Raised) + (pairs * ((2 * Rank) + _turning));
        double over = ((double)positions * Rank * Raised) + (pairs * (Raised + _turning));
        return through < over && (long)tokens * _heads * ((2 * Rank) + _turning) * sizeof(float) <= Bytes;
    }

    private void AttendToLatents(ForwardPass pass, AttentionJob job)
    {
        using Scratch.Frame frame = pass.Scratch.Open();
        int tokens = job.Queries.Rows;
        Matrix queries = frame.Take(tokens, _heads * (Rank + _turning)); // [tokens, heads · (rank + turning)]
        Matrix latents = frame.Take(tokens, _heads * Rank); // [tokens, heads · rank]
        Weight weight = _up.Weight;
        pass.Workers.Run(
            _heads,
            1,
            weight.DType,
            new QueryJob(job.Queries, queries, weight.Runs, Rank, _plain, _turning, Raised)
        );
        AttentionJob own = job with { Queries = queries, Result = latents };
        pass.Workers.Run(own.Count, 1, own.Keys.DType, own);
        pass.Workers.Run(
            _heads,
            1,
            weight.DType,
            new ResultJob(latents, job.Result, weight.Runs, Rank, _plain, _valueSize)
        );
        for (int head = 0; head < _heads && _up.Bias is { } bias; head++)
        {
            // That of a key adds the same to all scores of a query.
            Rows.AddToEach(bias[0].Slice((head * Raised) + _plain, _valueSize), ValueOf(job.Result, head));
        }
    }

    /// <summary>Some heads at a time, so that keys and values of long sequences do not have to be in memory.</summary>
    private unsafe void AttendToKeys(ForwardPass pass, AttentionJob job)
    {
        int positions = job.First + job.Queries.Rows;
        int size = _plain + _turning;
        int atOnce = (int)Math.Clamp(Bytes / sizeof(float) / ((long)positions * (size + Raised)), 1, _heads);
        for (int head = 0; head < _heads; head += atOnce)
        {
            using Scratch.Frame frame = pass.Scratch.Open();
            int count = Math.Min(atOnce, _heads - head);
            Matrix keys = frame.Take(positions, count * size); // [positions, heads · (plain + turning)]
            Matrix raised = frame.Take(positions, count * Raised); // [positions, heads · (plain + value size)]
            Raise(pass, job.Keys, head, keys, raised);
            nint keyPage;
            nint valuePage;
            AttentionJob own = job with
            {
                Queries = job.Queries.ColumnRange(head * size, count * size),
                Result = job.Result.ColumnRange(head * _valueSize, count * _valueSize),
                Keys = PagedRows.Of(keys, size, 0, size, &keyPage),
                Values = PagedRows.Of(raised, Raised, _plain, _valueSize, &valuePage),
                Heads = count,
                Groups = count,
            };
            pass.Workers.Run(own.Count, 1, own.Keys.DType, own);
        }
    }

    /// <summary>The keys and values of some heads, from <paramref name="head"/> on.</summary>
    private void Raise(ForwardPass pass, PagedRows latents, int head, Matrix keys, Matrix raised)
    {
        using Scratch.Frame frame = pass.Scratch.Open();
        Matrix page = frame.Take(KeyValueCache.PageLength, latents.Columns); // [positions of a page, rank + turning]
        for (int at = 0; at < keys.Rows; at += page.Rows)
        {
            int count = Math.Min(page.Rows, keys.Rows - at);
            Matrix own = page.RowRange(0, count);
            Matrix to = raised.RowRange(at, count);
            for (int i = 0; i < count; i++)
            {
                latents.Read(0, at + i, own[i]);
            }

            Product.RunRows(pass.Workers, own.ColumnRange(0, Rank), _up.Weight, head * Raised, to);
            if (_up.Bias is { } bias)
            {
                Rows.AddToEach(bias[0].Slice(head * Raised, to.Columns), to);
            }

            pass.Workers.Run(
                count,
                LeastRows,
                new KeyJob(own.ColumnRange(Rank, _turning), to, keys.RowRange(at, count), _plain, Raised)
            );
        }
    }

    private Matrix ValueOf(Matrix result, int head) => result.ColumnRange(head * _valueSize, _valueSize);

    /// <summary>Puts the channels that turn, which all heads share, behind those that do not.</summary>
    private readonly struct KeyJob(Matrix shared, Matrix raised, Matrix keys, int plain, int ofHead) : IJob
    {
        public void Run(int begin, int end)
        {
            int size = plain + shared.Columns;
            for (int row = begin; row < end; row++)
            {
                for (int head = 0; head * size < keys.Columns; head++)
                {
                    Span<float> key = keys[row].Slice(head * size, size);
                    raised[row].Slice(head * ofHead, plain).CopyTo(key);
                    shared[row].CopyTo(key[plain..]);
                }
            }
        }
    }

    /// <summary>Queries that fit keys become queries that fit latents, head by head.</summary>
    private readonly struct QueryJob(
        Matrix queries,
        Matrix fitting,
        RowRuns rows,
        int rank,
        int plain,
        int turning,
        int ofHead
    ) : IElementJob
    {
        public unsafe void Run<T>(int begin, int end)
            where T : unmanaged, IElement
        {
            for (int head = begin; head < end; head++)
            {
                Matrix from = queries.ColumnRange(head * (plain + turning), plain + turning);
                Matrix to = fitting.ColumnRange(head * (rank + turning), rank);
                to.Clear();
                int first = head * ofHead;
                int row = first;
                for (int i = rows.IndexOf(row); row < first + plain; i++)
                {
                    RowRun run = rows.Cut(i, row, first + plain);
                    WeightedRows.Add<T>(from.ColumnRange(row - first, run.End - row), run.Start, run.Stride, to);
                    row = run.End;
                }

                fitting
                    .ColumnRange((head * (rank + turning)) + rank, turning)
                    .CopyFrom(from.ColumnRange(plain, turning));
            }
        }
    }

    /// <summary>Sums of latents become sums of values, head by head.</summary>
    private readonly struct ResultJob(Matrix latents, Matrix result, RowRuns rows, int rank, int plain, int valueSize)
        : IElementJob
    {
        public unsafe void Run<T>(int begin, int end)
            where T : unmanaged, IElement
        {
            for (int head = begin; head < end; head++)
            {
                Matrix to = result.ColumnRange(head * valueSize, valueSize);
                to.Clear();
                int first = (head * (plain + valueSize)) + plain;
                int row = first;
                for (int i = rows.IndexOf(row); row < first + valueSize; i++)
                {
                    RowRun run = rows.Cut(i, row, first + valueSize);
                    TileProducts.Add<T>(
                        latents.ColumnRange(head * rank, rank),
                        run.Start,
                        run.Stride,
                        to.ColumnRange(row - first, run.End - row)
                    );
                    row = run.End;
                }
            }
        }
    }
}
