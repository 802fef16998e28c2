using MegatronBridge.Config;
using MegatronBridge.Conversion;
using MegatronBridge.Initialization;
using MegatronBridge.Storage;
using MegatronBridge.Storage.Files;
using MegatronBridge.Storage.HuggingFace;
using MegatronBridge.Storage.Tensors;

namespace MegatronBridge.Tools;

/// <summary>
/// Finds rows of a model's input embedding and output head that are close to zero, because their tokens were never trained, and writes a copy of
/// the model in which they have contents.
/// </summary>
public sealed class EmbeddingRepair : IDisposable
{
    private const int RowsTold = 20;

    private readonly EmbeddingRepairOptions _options;
    private readonly EmbeddedModel _model;
    private readonly EmbeddingMatrix[] _matrices;
    private readonly HashSet<int> _asked;
    private double[][] _squaredNorms = [];
    private IConversion? _conversion;

    private EmbeddingRepair(EmbeddingRepairOptions options, EmbeddedModel model)
    {
        _options = options;
        _model = model;
        _matrices = model.Head is { } head ? [model.Input, head] : [model.Input];
        _asked = [.. options.Tokens ?? []];
        List<string> faults = [];
        if (options.Output is not null && Replacement == RowReplacement.Other && _matrices.Length == 1)
        {
            faults.Add(
                "There is no other matrix to take rows from: the head is tied or missing. Choose the mean or noise."
            );
        }

        if (options.Output is not null && options.Repair != EmbeddingChoice.Input && _matrices.Length == 1)
        {
            faults.Add("There is no output head of its own to repair: it is tied or missing.");
        }

        faults.AddRange(
            _asked
                .Where(token => token < 0 || token >= model.Input.Rows)
                .Select(token => $"Token {token} is not of the vocabulary, which has 0 to {model.Input.Rows - 1}.")
        );
        if (faults.Count > 0)
        {
            throw new InvalidConfigException(faults);
        }
    }

    /// <summary>Paths of the tokenizer's files beside the model.</summary>
    public IEnumerable<string> TokenizerFiles => _model.TokenizerFiles;

    /// <summary>What rewritten rows become.</summary>
    public RowReplacement Replacement =>
        _options.Rows ?? (_matrices.Length > 1 ? RowReplacement.Other : RowReplacement.Mean);

    /// <summary>Reads config and headers.</summary>
    /// <exception cref="BadFileException">A file breaks its format, or the target may not be written.</exception>
    /// <exception cref="UnsupportedModelException">The architecture is not known, or the model reads no tokens.</exception>
    /// <exception cref="MappingException">The weights do not fit the config.</exception>
    /// <exception cref="InvalidConfigException">What is asked for does not fit the model; all of it is told.</exception>
    public static EmbeddingRepair Open(EmbeddingRepairOptions options)
    {
        if (options.Output is { } output && HfFolder.HasConfig(options.Model))
        {
            ModelRewrite.CheckTarget(new() { HfPath = output, Overwrite = options.Overwrite }, options.Model);
        }

        EmbeddedModel model = EmbeddedModel.Open(options.Model);
        try
        {
            return new(options, model);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Reads the matrices, finds the weak rows, and plans the copy if one is wanted. Nothing is written.</summary>
    /// <exception cref="MappingException">Rows cannot be repaired as asked for; all are told.</exception>
    /// <exception cref="BadFileException">A source ends early, or the target may not be written.</exception>
    public async Task<EmbeddingReport> PlanAsync(
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        _squaredNorms = await RowPass
            .SquaredNormsAsync(_matrices, _options.Transfer, progress, cancellation)
            .ConfigureAwait(false);
        EmbeddingReport report = new()
        {
            Matrices = [.. _matrices.Select((_, index) => Diagnose(index))],
            IsTied = _model.IsTied,
        };
        if (_options.Output is null)
        {
            return report;
        }

        await _model.CheckCopiesAsync(_options.Transfer, cancellation).ConfigureAwait(false);
        Dictionary<string, TensorView> repaired = new(StringComparer.Ordinal);
        List<string> faults = [];
        List<string> notes = [];
        for (int index = 0; index < _matrices.Length; index++)
        {
            if (report.Matrices[index].Rewritten is { Count: > 0 } rows)
            {
                RowsView view = await RepairAsync(index, report.Matrices[index], faults, cancellation)
                    .ConfigureAwait(false);
                repaired.Add(_matrices[index].Name, view);
                string more = rows.Count > RowsTold ? ", ..." : "";
                notes.Add(
                    $"Rewritten rows of {_matrices[index].Name} ({rows.Count}): {string.Join(", ", rows.Take(RowsTold))}{more}"
                );
            }
        }

        if (faults.Count > 0)
        {
            throw new MappingException("Rows cannot be repaired so", faults);
        }

        _conversion = _model.With(repaired, _options, notes.Count > 0 ? notes : ["No row needs to be rewritten."]);
        return report with { Rows = Replacement, Conversion = _conversion.Report };
    }

    /// <summary>Plans, and writes the copy. Until the last moment nothing is at the target; when this fails, nothing remains.</summary>
    /// <param name="plan">What <see cref="PlanAsync"/> has said.</param>
    /// <param name="progress">Told how much is written.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="BadFileException">A source ends early, or the disk is full.</exception>
    public async Task<EmbeddingReport> RunAsync(
        EmbeddingReport plan,
        IProgress<TransferProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        IConversion conversion =
            _conversion ?? throw new InvalidOperationException("There is no plan with an output to be written.");
        return plan with { Conversion = await conversion.RunAsync(progress, cancellation).ConfigureAwait(false) };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _conversion?.Dispose();
        _model.Dispose();
    }

    private bool IsWeak(int matrix, int row) => !IsLong(Math.Sqrt(_squaredNorms[matrix][row]));

    /// <summary>True for the norm of a row that has contents.</summary>
    private bool IsLong(double norm) => norm > _options.Threshold && double.IsFinite(norm);

    private bool IsHealthy(int matrix, int row) =>
        row < _matrices[matrix].Rows && !IsWeak(matrix, row) && !_asked.Contains(row);

    private EmbeddingMatrixReport Diagnose(int index)
    {
        EmbeddingMatrix matrix = _matrices[index];
        int[] all = [.. Enumerable.Range(0, matrix.Rows)];
        int[] weak = Array.FindAll(all, row => IsWeak(index, row));
        bool isChosen =
            _options.Repair == EmbeddingChoice.Both
            || _options.Repair == (index == 0 ? EmbeddingChoice.Input : EmbeddingChoice.Head);
        double[] healthy = [.. all.Where(row => IsHealthy(index, row)).Select(row => _squaredNorms[index][row])];
        return new()
        {
            Name = matrix.Name,
            Rows = matrix.Rows,
            PaddingRows = matrix.PaddingRows,
            HealthyNorm = healthy.Length == 0 ? 0 : Math.Sqrt(healthy.Average()),
            Weak = [.. weak.Select(row => KeyValuePair.Create(row, Math.Sqrt(_squaredNorms[index][row])))],
            Rewritten =
                _options.Output is null || !isChosen ? []
                : _options.Tokens is null ? weak
                : [.. _asked.Order()],
        };
    }

    private async Task<RowsView> RepairAsync(
        int index,
        EmbeddingMatrixReport report,
        List<string> faults,
        CancellationToken cancellation
    )
    {
        EmbeddingMatrix matrix = _matrices[index];
        int[] rows = [.. report.Rewritten];
        if (rows.Length > _options.MaxRows)
        {
            faults.Add(
                $"{matrix.Name}: {rows.Length} rows would be rewritten, but at most {_options.MaxRows} may be. So many look like a damaged or "
                    + "mismatched model; --max-rows allows more."
            );
            return new(matrix.View, [], new NewRows.Same([]));
        }

        if (report.HealthyNorm <= _options.Threshold)
        {
            faults.Add($"{matrix.Name}: no healthy row is left to take a norm from.");
            return new(matrix.View, [], new NewRows.Same([]));
        }

        RowsView view = new(
            matrix.View,
            rows,
            await ContentsAsync(index, report.HealthyNorm, cancellation).ConfigureAwait(false)
        );
        int[] bad = Array.FindAll(
            rows,
            row => (Replacement == RowReplacement.Other && IsWeak(1 - index, row)) || !IsLong(view.NormOf(row))
        );
        if (bad.Length > 0)
        {
            string why =
                Replacement == RowReplacement.Other
                    ? $"{_matrices[1 - index].Name} is weak there, too"
                    : "the new row is not longer than the threshold";
            faults.Add(
                $"{matrix.Name}, rows {string.Join(", ", bad)}: {why}. Choose another kind of rows, or other tokens."
            );
        }

        return view;
    }

    private async Task<NewRows> ContentsAsync(int index, double norm, CancellationToken cancellation)
    {
        EmbeddingMatrix matrix = _matrices[index];
        switch (Replacement)
        {
            case RowReplacement.Other:
                return new NewRows.OfOther(_matrices[1 - index], _squaredNorms[1 - index], norm);
            case RowReplacement.Noise:
                return new NewRows.Random(new CounterRandom(_options.Seed, matrix.Name), norm);
            default:
                int healthy = Enumerable.Range(0, matrix.Rows).Count(row => IsHealthy(index, row));
                return new NewRows.Same(
                    await RowPass
                        .MeanAsync(matrix, row => IsHealthy(index, row), healthy, _options.Transfer, cancellation)
                        .ConfigureAwait(false)
                );
        }
    }
}
