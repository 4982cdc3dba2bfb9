package holdfast.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What was measured in one run, as a page and as a picture.
final class Results {

    private static final int WIDTH = 960;
    private static final int LEFT = 400;
    private static final int ROW = 30;
    private static final int TOP = 56;

    private final List<String> head = new ArrayList<>();
    private final List<Row> rows = new ArrayList<>();

    /// One measurement.
    ///
    /// @param ratio to what it is measured against; 0 where that is itself
    /// @param note latencies and CPU, in words
    private record Row(String what, double perSecond, double ratio, String note) {}

    void head(String line) {
        head.add(line);
        System.out.println(line);
    }

    void add(String what, double perSecond, double ratio, String note) {
        var row = new Row(what, perSecond, ratio, note);
        rows.add(row);
        System.out.printf(
                Locale.ROOT, "%-48s %10s/s %8s  %s%n", what, count(perSecond), ratio == 0 ? "" : times(ratio), note);
    }

    /// Writes `latest.md` and `latest.svg` into the folder.
    void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("latest.md"), page());
        Files.writeString(folder.resolve("latest.svg"), picture());
    }

    private String page() {
        var page = new StringBuilder("# The latest benchmark\n\nWritten by `./holdfast bench`.\n\n");
        for (String line : head) page.append("- ").append(line).append('\n');
        page.append("\n| measured | per second | ratio | |\n| --- | ---: | ---: | --- |\n");
        for (Row row : rows) {
            page.append("| %s | %s | %s | %s |%n"
                    .formatted(row.what, count(row.perSecond), row.ratio == 0 ? "" : times(row.ratio), row.note));
        }
        return page.append("\n![The same as bars](latest.svg)\n").toString();
    }

    private String picture() {
        double most = rows.stream().mapToDouble(Row::perSecond).max().orElse(1);
        int height = TOP + rows.size() * ROW + 16;
        var svg = new StringBuilder("""
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %2$d" font-family="system-ui, sans-serif" \
                font-size="14">
                <rect width="%1$d" height="%2$d" fill="#fff"/>
                <text x="16" y="30" font-size="17" font-weight="600" fill="#1d2733">Per second, on a logarithmic \
                scale</text>
                """.formatted(WIDTH, height));
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            int y = TOP + i * ROW;
            long bar = Math.round(
                    (WIDTH - LEFT - 160) * Math.log10(Math.max(row.perSecond, 1)) / Math.log10(Math.max(most, 10)));
            svg.append("""
                    <text x="%d" y="%d" text-anchor="end" fill="#1d2733">%s</text>
                    <rect x="%d" y="%d" width="%d" height="18" rx="3" fill="%s"/>
                    <text x="%d" y="%d" fill="#51606f">%s</text>
                    """.formatted(
                            LEFT - 12,
                            y + 14,
                            row.what,
                            LEFT,
                            y,
                            bar,
                            row.ratio == 0 ? "#9aa7b4" : "#1f7a5c",
                            LEFT + bar + 8,
                            y + 14,
                            count(row.perSecond) + (row.ratio == 0 ? "" : " (" + times(row.ratio) + ")")));
        }
        return svg.append("</svg>\n").toString();
    }

    private static String count(double perSecond) {
        return String.format(Locale.ROOT, "%,.0f", perSecond);
    }

    private static String times(double ratio) {
        return String.format(Locale.ROOT, "× %.2f", ratio);
    }
}
