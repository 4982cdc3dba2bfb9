package holdfast.bench;

import static holdfast.bench.Figures.clients;
import static holdfast.bench.Figures.count;
import static holdfast.bench.Figures.skus;
import static holdfast.bench.Figures.times;

import holdfast.inventory.Strategy;
import java.util.List;
import java.util.stream.DoubleStream;

/// The results as bars, in SVG: a panel of holds and one of orders for each number of SKUs.
final class Picture {

    private static final int WIDTH = 980;
    private static final int MARGIN = 20;
    private static final int GAP = 36;
    private static final int BAR = 15;
    private static final int ROW = 19;
    private static final int GROUP = 28;
    private static final int LABEL = 84;
    private static final int FIGURE = 112;

    private static final String INK = "#1d2733";
    private static final String PALE_INK = "#51606f";
    private static final String YARDSTICK = "#9aa7b4";
    private static final String DARK = "#5b6b7b";
    private static final String OURS = "#1f7a5c";

    private final Results results;
    private final StringBuilder svg = new StringBuilder();

    private Picture(Results results) {
        this.results = results;
    }

    static String of(Results results) {
        return new Picture(results).draw();
    }

    private String draw() {
        List<Integer> ranges = Bench.RANGES;
        int panel = (WIDTH - 2 * MARGIN - GAP * (ranges.size() - 1)) / ranges.size();
        int top = MARGIN + 12;
        int bottom = top;
        for (int i = 0; i < ranges.size(); i++) bottom = holds(ranges.get(i), left(i, panel), top, panel);
        top = bottom + GAP;
        for (int i = 0; i < ranges.size(); i++) bottom = orders(ranges.get(i), left(i, panel), top, panel);
        return """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %2$d" font-family="system-ui, sans-serif" \
                font-size="13">
                <rect width="%1$d" height="%2$d" fill="#fff"/>
                """.formatted(WIDTH, bottom + MARGIN) + svg + "</svg>\n";
    }

    private static int left(int number, int panel) {
        return MARGIN + number * (panel + GAP);
    }

    /// Draws a panel; returns where it ends.
    private int holds(int skus, int left, int top, int width) {
        double most = most(results.holds().stream().mapToDouble(Results.Held::perSecond));
        title(left, top, "Holds a second, " + skus(skus));
        int y = top;
        for (int clients : Bench.CROWDS) {
            y = group(left, y, clients(clients));
            for (Strategy strategy : Strategy.values()) {
                Results.Held held = results.held(strategy, skus, clients);
                y = bar(
                        left,
                        y,
                        width,
                        Results.name(strategy),
                        color(strategy),
                        new Figure(held.perSecond(), most, results.ratio(held)));
            }
        }
        return y;
    }

    /// The same of orders, below their yardstick.
    private int orders(int skus, int left, int top, int width) {
        double most = Math.max(
                most(results.orders().stream().mapToDouble(Results.Ordered::perSecond)),
                most(results.yardsticks().stream().mapToDouble(Results.Plain::perSecond)));
        title(left, top, "Whole orders a second, " + skus(skus));
        int y = group(left, top, "8 clients");
        double yardstick = results.yardstick(skus).perSecond();
        y = bar(left, y, width, "plain JDBC", DARK, new Figure(yardstick, most, ""));
        for (int clients : Bench.CROWDS) {
            y = group(left, y, clients(clients) + ", over HTTP");
            for (Strategy strategy : Strategy.values()) {
                Results.Ordered ordered = results.ordered(strategy, skus, clients);
                y = bar(
                        left,
                        y,
                        width,
                        Results.name(strategy),
                        color(strategy),
                        new Figure(ordered.perSecond(), most, times(ordered.ratio())));
            }
        }
        return y;
    }

    private static double most(DoubleStream figures) {
        return figures.max().orElse(1);
    }

    /// Begins a group of bars; returns where the first of them is.
    private int group(int left, int y, String name) {
        text(left, y + GROUP, "start", INK, name);
        return y + GROUP + 8;
    }

    private static String color(Strategy strategy) {
        return switch (strategy) {
            case PESSIMISTIC -> YARDSTICK;
            case OPTIMISTIC -> "#c9a227";
            case REDIS -> "#c65d47";
            case BATCHED -> OURS;
        };
    }

    private void title(int x, int y, String title) {
        svg.append("<text x=\"%d\" y=\"%d\" font-size=\"17\" font-weight=\"600\" fill=\"%s\">%s</text>\n"
                .formatted(x, y, INK, title));
    }

    private void text(int x, int y, String anchor, String color, String text) {
        svg.append("<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" fill=\"%s\">%s</text>\n"
                .formatted(x, y, anchor, color, text));
    }

    /// What a bar stands for.
    ///
    /// @param most of the longest bar
    /// @param ratio empty: none
    private record Figure(double perSecond, double most, String ratio) {

        String label() {
            return count(perSecond) + (ratio.isEmpty() ? "" : " (" + ratio + ")");
        }
    }

    /// Draws it; returns where the next is.
    private int bar(int left, int y, int width, String name, String color, Figure figure) {
        long length = Math.max(2, Math.round((width - LABEL - FIGURE) * figure.perSecond / figure.most));
        text(left + LABEL - 8, y + BAR - 3, "end", PALE_INK, name);
        svg.append("<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"2\" fill=\"%s\"/>\n"
                .formatted(left + LABEL, y, length, BAR, color));
        text((int) (left + LABEL + length + 6), y + BAR - 3, "start", INK, figure.label());
        return y + ROW;
    }
}
