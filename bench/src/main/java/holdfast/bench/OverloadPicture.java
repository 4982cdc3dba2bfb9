package holdfast.bench;

import static holdfast.bench.Figures.count;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/// The overload as lines, in SVG: above, how many come and how many get their order in time; below, how long
/// it took.
final class OverloadPicture {

    private static final int WIDTH = 980;
    private static final int HEIGHT = 500;
    private static final int LEFT = 88;
    private static final int RIGHT = WIDTH - 24;
    private static final int TOP = 72;
    private static final int MIDDLE = 290;
    private static final int BELOW = 340;
    private static final int BOTTOM = HEIGHT - 36;
    private static final double ORDERS_TOP = 1.5; // of the peak
    private static final double LEAST_MILLIS = 1;
    private static final double MOST_MILLIS = 10_000;

    private static final String INK = "#1d2733";
    private static final String PALE_INK = "#51606f";
    private static final String OURS = "#1f7a5c";
    private static final String REFUSED = "#c65d47";

    private final List<Overload.Phase> phases;
    private final double peak;
    private final int seconds;
    private final StringBuilder svg = new StringBuilder();

    OverloadPicture(List<Overload.Phase> phases, double peak) {
        this.phases = phases;
        this.peak = peak;
        this.seconds = phases.stream()
                .mapToInt(phase -> phase.outcome().seconds().size())
                .sum();
    }

    String draw() {
        storms();
        text(LEFT, 30, "start", INK, 17, "Orders in time, second by second, as more come than can be served");
        rule(MIDDLE - (MIDDLE - TOP) / ORDERS_TOP, count(peak));
        rule(MIDDLE, "0");
        line(OURS, second -> MIDDLE - Math.min(second.inTime() / peak, ORDERS_TOP) * (MIDDLE - TOP) / ORDERS_TOP);
        for (double millis = LEAST_MILLIS; millis <= MOST_MILLIS; millis *= 10) {
            rule(height(millis), count(millis) + " ms");
        }
        line(OURS, second -> height(second.p99Millis()));
        line(REFUSED, second -> second.refused() == 0 ? Double.NaN : height(second.refusalP99Millis()));
        text(LEFT, BELOW - 12, "start", INK, 13, "p99 of an order, and, in red, of a refusal");
        return """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %2$d" font-family="system-ui, sans-serif" \
                font-size="13">
                <rect width="%1$d" height="%2$d" fill="#fff"/>
                """.formatted(WIDTH, HEIGHT) + svg + "</svg>\n";
    }

    private void storms() {
        int at = 0;
        for (Overload.Phase phase : phases) {
            int length = phase.outcome().seconds().size();
            if (!phase.isQuiet()) {
                svg.append("<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"#f0f3f5\"/>\n"
                        .formatted(x(at), TOP, x(at + length) - x(at), BOTTOM - TOP));
                text(
                        (x(at) + x(at + length)) / 2,
                        TOP - 10,
                        "middle",
                        PALE_INK,
                        13,
                        count(phase.perSecond()) + " come a second, " + Figures.times(phase.times()));
            }
            at += length;
        }
    }

    private int x(double second) {
        return (int) Math.round(LEFT + (RIGHT - LEFT) * second / seconds);
    }

    private static double height(double millis) {
        double share = Math.log10(Math.clamp(millis, LEAST_MILLIS, MOST_MILLIS) / LEAST_MILLIS)
                / Math.log10(MOST_MILLIS / LEAST_MILLIS);
        return BOTTOM - share * (BOTTOM - BELOW);
    }

    /// Interrupted where the figure is no number.
    private void line(String color, ToDoubleFunction<Crowd.Second> height) {
        var path = new StringBuilder();
        boolean drawing = false;
        double at = 0.5;
        for (Overload.Phase phase : phases) {
            for (Crowd.Second second : phase.outcome().seconds()) {
                double y = height.applyAsDouble(second);
                if (Double.isNaN(y)) {
                    drawing = false;
                } else {
                    path.append(drawing ? 'L' : 'M').append(String.format(Locale.ROOT, "%d %.1f", x(at), y));
                    drawing = true;
                }
                at++;
            }
        }
        svg.append("<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>\n".formatted(path, color));
    }

    private void rule(double y, String label) {
        svg.append("<path d=\"M%d %dH%d\" stroke=\"#d5dbe1\"/>\n".formatted(LEFT, Math.round(y), RIGHT));
        text(LEFT - 8, (int) y + 4, "end", PALE_INK, 13, label);
    }

    private void text(int x, int y, String anchor, String color, int size, String text) {
        svg.append("<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" fill=\"%s\" font-size=\"%d\">%s</text>\n"
                .formatted(x, y, anchor, color, size, text));
    }
}
