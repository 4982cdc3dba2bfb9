package holdfast.bench;

import static holdfast.bench.Figures.clients;
import static holdfast.bench.Figures.count;
import static holdfast.bench.Figures.skus;

import holdfast.inventory.Strategy;
import java.util.List;

/// The results as bars, in SVG: a panel of holds for each number of SKUs, and one of orders.
final class Picture {

    private static final int WIDTH = 980;
    private static final int MARGIN = 20;
    private static final int GAP = 36;
    private static final int BAR = 15;
    private static final int ROW = 19;
    private static final int GROUP = 28;
    private static final int LABEL = 84;
    private static final int FIGURE = 112;
    private static final int ORDER_LABEL = 176;

    private static final String INK = "#1d2733";
    private static final String PALE_INK = "#51606f";
    private static final String YARDSTICK = "#9aa7b4";
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
        List<Integer> ranges =
                results.holds().stream().map(Results.Held::skus).distinct().toList();
        int panel = (WIDTH - 2 * MARGIN - GAP * (ranges.size() - 1)) / ranges.size();
        double most = results.holds().stream()
                .mapToDouble(Results.Held::perSecond)
                .max()
                .orElse(1);
        int top = MARGIN + 12;
        int bottom = top;
        for (int i = 0; i < ranges.size(); i++) {
            bottom = holds(ranges.get(i), MARGIN + i * (panel + GAP), top, panel, most);
        }
        int height = orders(bottom + GAP) + MARGIN;
        return """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %2$d" font-family="system-ui, sans-serif" \
                font-size="13">
                <rect width="%1$d" height="%2$d" fill="#fff"/>
                """.formatted(WIDTH, height) + svg + "</svg>\n";
    }

    /// Draws a panel; returns where it ends.
    private int holds(int skus, int left, int top, int width, double most) {
        title(left, top, "Holds a second, " + skus(skus));
        int y = top;
        for (int clients : HoldRounds.CROWDS) {
            y += GROUP;
            text(left, y, "start", INK, clients(clients));
            y += 8;
            for (Results.Held held : results.holds()) {
                if (held.skus() != skus || held.clients() != clients) continue;
                String ratio = results.ratio(held);
                String figure = count(held.perSecond()) + (ratio.isEmpty() ? "" : " (" + ratio + ")");
                bar(
                        left,
                        y,
                        LABEL,
                        width - LABEL - FIGURE,
                        Results.name(held.strategy()),
                        held.perSecond() / most,
                        color(held.strategy()),
                        figure);
                y += ROW;
            }
        }
        return y;
    }

    private int orders(int top) {
        title(MARGIN, top, "Whole orders a second, over HTTP");
        double most = Math.max(
                results.orders().stream()
                        .mapToDouble(Results.Ordered::perSecond)
                        .max()
                        .orElse(1),
                results.yardsticks().stream()
                        .mapToDouble(Results.Plain::perSecond)
                        .max()
                        .orElse(1));
        int y = top;
        int width = WIDTH - 2 * MARGIN - ORDER_LABEL - FIGURE;
        for (Results.Plain yardstick : results.yardsticks()) {
            y += GROUP;
            text(MARGIN, y, "start", INK, skus(yardstick.skus()));
            y += 8;
            bar(
                    MARGIN,
                    y,
                    ORDER_LABEL,
                    width,
                    "plain JDBC, 8 clients",
                    yardstick.perSecond() / most,
                    YARDSTICK,
                    count(yardstick.perSecond()));
            y += ROW;
            for (Results.Ordered ordered : results.orders()) {
                if (ordered.skus() != yardstick.skus()) continue;
                bar(
                        MARGIN,
                        y,
                        ORDER_LABEL,
                        width,
                        "Holdfast, " + clients(ordered.clients()),
                        ordered.perSecond() / most,
                        OURS,
                        count(ordered.perSecond()) + " (" + Figures.times(ordered.ratio()) + ")");
                y += ROW;
            }
        }
        return y;
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

    private void bar(int left, int y, int label, int width, String name, double share, String color, String figure) {
        long length = Math.max(2, Math.round(width * share));
        text(left + label - 8, y + BAR - 3, "end", PALE_INK, name);
        svg.append("<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"2\" fill=\"%s\"/>\n"
                .formatted(left + label, y, length, BAR, color));
        text((int) (left + label + length + 6), y + BAR - 3, "start", INK, figure);
    }
}
