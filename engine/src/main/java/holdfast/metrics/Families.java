package holdfast.metrics;

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

    <K> void histogram(String name, String help, Map<K, Timing.Figures> figures, Function<K, Labels> labels) {
        var family = HistogramSnapshot.builder().name(PREFIX + name).help(help);
        figures.forEach((key, figure) -> family.dataPoint(HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(buckets(figure.counts()))
                .sum(seconds(figure.sum()))
                .labels(labels.apply(key))
                .build()));
        snapshots.metricSnapshot(family.build());
    }

    private static ClassicHistogramBuckets buckets(List<Long> counts) {
        var bounds = new ArrayList<Double>();
        Timing.BOUNDS.forEach(bound -> bounds.add(seconds(bound)));
        bounds.add(Double.POSITIVE_INFINITY);
        return ClassicHistogramBuckets.of(bounds, List.<Number>copyOf(counts));
    }

    static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
