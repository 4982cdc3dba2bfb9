package holdfast.metrics;

import holdfast.kernel.Histogram;
import holdfast.kernel.Timing;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Metrics as the library has them, made of plain figures. A name is written without `holdfast_`, and that of a
/// counter without `_total`.
final class Families {

    private static final String PREFIX = "holdfast_";

    private final MetricSnapshots.Builder snapshots = MetricSnapshots.builder();

    MetricSnapshots all() {
        return snapshots.build();
    }

    <K> void counter(String name, String help, Map<K, ? extends Number> figures, Function<K, Labels> labels) {
        var family = CounterSnapshot.builder().name(PREFIX + name).help(help);
        figures.forEach((key, figure) -> family.dataPoint(CounterDataPointSnapshot.builder()
                .value(figure.doubleValue())
                .labels(labels.apply(key))
                .build()));
        snapshots.metricSnapshot(family.build());
    }

    void gauge(String name, String help, Number figure) {
        gauge(name, help, Map.of("", figure), _ -> Labels.EMPTY);
    }

    <K> void gauge(String name, String help, Map<K, ? extends Number> figures, Function<K, Labels> labels) {
        var family = GaugeSnapshot.builder().name(PREFIX + name).help(help);
        figures.forEach((key, figure) -> family.dataPoint(GaugeDataPointSnapshot.builder()
                .value(figure.doubleValue())
                .labels(labels.apply(key))
                .build()));
        snapshots.metricSnapshot(family.build());
    }

    <K> void times(String name, String help, Map<K, Timing.Figures> figures, Function<K, Labels> labels) {
        List<Double> bounds = Timing.BOUNDS.stream().map(Families::seconds).toList();
        histogram(name, help, figures, labels, times -> point(bounds, times.counts(), seconds(times.sum())));
    }

    <K> void sizes(String name, String help, Map<K, Histogram.Figures> figures, Function<K, Labels> labels) {
        histogram(name, help, figures, labels, sizes -> {
            List<Double> bounds = sizes.bounds().stream().map(Long::doubleValue).toList();
            return point(bounds, sizes.counts(), (double) sizes.sum());
        });
    }

    private <K, F> void histogram(
            String name,
            String help,
            Map<K, F> figures,
            Function<K, Labels> labels,
            Function<F, HistogramDataPointSnapshot.Builder> point) {
        var family = HistogramSnapshot.builder().name(PREFIX + name).help(help);
        figures.forEach((key, figure) ->
                family.dataPoint(point.apply(figure).labels(labels.apply(key)).build()));
        snapshots.metricSnapshot(family.build());
    }

    private static HistogramDataPointSnapshot.Builder point(List<Double> bounds, List<Long> counts, double sum) {
        var all = new ArrayList<>(bounds);
        all.add(Double.POSITIVE_INFINITY);
        return HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(ClassicHistogramBuckets.of(all, List.<Number>copyOf(counts)))
                .sum(sum);
    }

    static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
