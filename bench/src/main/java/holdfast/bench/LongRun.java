package holdfast.bench;

import static holdfast.bench.Figures.count;
import static holdfast.bench.Figures.gigabytes;
import static holdfast.bench.Figures.megabytes;
import static holdfast.bench.Figures.millis;

import holdfast.db.CannotStart;
import holdfast.db.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// One order after the other on one SKU, while the tables grow from empty: does it get slower?
final class LongRun {

    private static final int CLIENTS = 512;
    private static final int STEP_MAX = 100_000;
    private static final int STEPS_MIN = 10;
    private static final int ROWS = 10;
    private static final long ROOM_MIN = 4L << 30; // for the write-ahead log, and for others

    /// The sandbox remembers every payment, in memory; that is not what is measured here.
    private static final List<String> JVM_OPTIONS = List.of("-XX:MaxRAMPercentage=50");

    private static final String SIZE = "select pg_database_size(current_database())";

    private static final String TABLES = """
            select relname as name, n_live_tup as rows,
                   pg_total_relation_size(relid) as bytes, pg_indexes_size(relid) as index_bytes
              from pg_stat_user_tables
             where schemaname = 'holdfast' and n_live_tup > 1000
             order by bytes desc
            """;

    private final Lab lab;
    private final int orders;
    private final Path folder;
    private final List<String> facts = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private final Map<String, Long> others = new TreeMap<>();

    /// @param orders how many are placed, once the server is warm
    /// @param folder where the page is written, anew after each step
    LongRun(Lab lab, int orders, Path folder) {
        this.lab = lab;
        this.orders = orders;
        this.folder = folder;
    }

    /// Some of the orders.
    ///
    /// @param total how many there are after it
    /// @param bytes of the database after it
    private record Step(
            long total, long orders, double seconds, double p50Millis, double p99Millis, Cpu.PerOrder cpu, long bytes) {

        double perSecond() {
            return orders / seconds;
        }
    }

    private record Table(String name, long rows, long bytes, long indexBytes) {}

    void run() throws IOException, SQLException, InterruptedException {
        tell(lab.facts(""));
        Path files = lab.folder("server");
        String url = lab.fresh("orders");
        try (var server = ServerProcess.start(files, url, JVM_OPTIONS, Map.of());
                Database database = Lab.connect(url)) {
            OpenShop.open(server.url(), 1);
            long sizeAtFirst = size(database, files);
            new Shoppers(server.url(), ServerProcess.KEY, CLIENTS, 1).shop(OrderRounds.WARM_UP);
            long warm = placed(database);
            tell(List.of(count(CLIENTS) + " clients, one SKU; the server got warm by " + count(warm) + " orders"));
            demandRoom((double) (size(database, files) - sizeAtFirst) / warm);
            for (long total = warm; total < warm + orders; ) {
                Step step = step(server, database, total, Math.min(STEP_MAX, orders / STEPS_MIN));
                total = step.total;
                steps.add(step);
                tell(step);
                write(List.of());
                if (lab.room() < ROOM_MIN) {
                    tell(List.of("Ended early: there was no more room on the disk"));
                    break;
                }
            }
            tell(List.of("In the end the database has " + count(placed(database)) + " orders"
                    + (others.isEmpty() ? "" : "; also answered: " + others)));
            write(tables(database));
        }
    }

    private Step step(ServerProcess server, Database database, long before, int orders) throws IOException {
        var cpu = new Cpu(server, lab);
        Shoppers.Outcome outcome = new Shoppers(server.url(), ServerProcess.KEY, CLIENTS, 1).shop(orders);
        outcome.others().forEach((answer, times) -> others.merge(answer, times, Long::sum));
        return new Step(
                before + outcome.orders(),
                outcome.orders(),
                outcome.took().toNanos() / 1e9,
                outcome.p50Millis(),
                outcome.p99Millis(),
                cpu.since(outcome.orders()),
                read(database, SIZE));
    }

    private void demandRoom(double bytesPerOrder) throws IOException {
        double needed = bytesPerOrder * orders + ROOM_MIN;
        tell(List.of("An order takes %s bytes on the disk, the sandbox's journal among them: %s orders take %s GB"
                .formatted(count(bytesPerOrder), count(orders), gigabytes(bytesPerOrder * orders))));
        if (needed > lab.room()) {
            throw new CannotStart("There is not enough room for that: %s GB are needed, and there are %s"
                    .formatted(gigabytes(needed), gigabytes((double) lab.room())));
        }
    }

    private static long size(Database database, Path files) throws IOException {
        return read(database, SIZE) + Files.size(files.resolve("sandbox.journal"));
    }

    private static long placed(Database database) {
        return read(database, "select count(*) from orders");
    }

    private static long read(Database database, String sql) {
        return database.read(tx -> tx.query(sql).mapTo(Long.class).one());
    }

    private static List<Table> tables(Database database) {
        return database.read(tx -> tx.query(TABLES)
                .map((row, _) -> new Table(
                        row.getString("name"), row.getLong("rows"), row.getLong("bytes"), row.getLong("index_bytes")))
                .list());
    }

    private void tell(List<String> lines) {
        facts.addAll(lines);
        lines.forEach(System.out::println);
    }

    private static void tell(Step step) {
        System.out.printf(
                Locale.ROOT,
                "%10s orders  %6s/s  p50 %s ms, p99 %s ms; CPU an order: JVM %s µs, PostgreSQL %s µs; %s MB%n",
                count(step.total),
                count(step.perSecond()),
                millis(step.p50Millis),
                millis(step.p99Millis),
                count(step.cpu.jvm()),
                count(step.cpu.postgres()),
                megabytes(step.bytes));
    }

    private void write(List<Table> tables) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("long-run.md"), page(tables));
        Files.writeString(folder.resolve("long-run.svg"), picture());
    }

    private String page(List<Table> tables) {
        Step first = mean(steps.subList(0, tenth()));
        Step last = mean(steps.subList(steps.size() - tenth(), steps.size()));
        var page = new StringBuilder("""
                # %s orders

                Written by `./holdfast bench --orders %d`: whole orders over HTTP, two requests each, into tables that
                are empty at first.

                """.formatted(count(steps.getLast().total), orders));
        for (String fact : facts) page.append("- ").append(fact).append('\n');
        page.append("\n| | first tenth | last tenth | last ÷ first |\n| --- | ---: | ---: | ---: |\n");
        compare(page, "orders a second", first.perSecond(), last.perSecond());
        compare(page, "CPU of the JVM, µs an order", first.cpu.jvm(), last.cpu.jvm());
        compare(page, "CPU of PostgreSQL, µs an order", first.cpu.postgres(), last.cpu.postgres());
        page.append("""

                ![Orders a second, while the tables grow](long-run.svg)

                | orders so far | orders a second | p50 ms | p99 ms | CPU of JVM | of PostgreSQL | database |
                | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
                """);
        int every = Math.max(1, steps.size() / ROWS);
        for (int i = 0; i < steps.size(); i++) {
            if (i > 0 && (i + 1) % every != 0) continue;
            Step step = steps.get(i);
            page.append("| %s | %s | %s | %s | %s µs | %s µs | %s MB |\n"
                    .formatted(
                            count(step.total),
                            count(step.perSecond()),
                            millis(step.p50Millis),
                            millis(step.p99Millis),
                            count(step.cpu.jvm()),
                            count(step.cpu.postgres()),
                            megabytes(step.bytes)));
        }
        if (tables.isEmpty()) return page.toString();
        page.append("\n| table, in the end | rows | MB | of them indexes |\n| --- | ---: | ---: | ---: |\n");
        for (Table table : tables) {
            page.append("| `%s` | %s | %s | %s |\n"
                    .formatted(table.name, count(table.rows), megabytes(table.bytes), megabytes(table.indexBytes)));
        }
        return page.toString();
    }

    private int tenth() {
        return Math.max(1, steps.size() / STEPS_MIN);
    }

    private static Step mean(List<Step> steps) {
        long orders = steps.stream().mapToLong(Step::orders).sum();
        return new Step(
                steps.getLast().total,
                orders,
                steps.stream().mapToDouble(Step::seconds).sum(),
                steps.getLast().p50Millis,
                steps.getLast().p99Millis,
                new Cpu.PerOrder(
                        steps.stream()
                                        .mapToDouble(step -> step.cpu.jvm() * step.orders)
                                        .sum()
                                / orders,
                        steps.stream()
                                        .mapToDouble(step -> step.cpu.postgres() * step.orders)
                                        .sum()
                                / orders),
                steps.getLast().bytes);
    }

    private static void compare(StringBuilder page, String what, double first, double last) {
        page.append("| %s | %s | %s | %s |\n"
                .formatted(what, count(first), count(last), String.format(Locale.ROOT, "%.2f", last / first)));
    }

    private String picture() {
        int width = 960;
        int height = 300;
        int left = 70;
        int top = 50;
        int right = width - 30;
        int bottom = height - 50;
        double most = steps.stream().mapToDouble(Step::perSecond).max().orElse(1);
        long total = steps.getLast().total;
        var line = new StringBuilder();
        for (Step step : steps) {
            line.append(Math.round(left + (right - left) * (double) step.total / total))
                    .append(',')
                    .append(Math.round(bottom - (bottom - top) * step.perSecond() / most))
                    .append(' ');
        }
        return """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %2$d" font-family="system-ui, sans-serif" \
                font-size="13" fill="#51606f">
                <rect width="%1$d" height="%2$d" fill="#fff"/>
                <text x="20" y="28" font-size="17" font-weight="600" fill="#1d2733">Orders a second, while the tables \
                grow</text>
                <path d="M%3$d %4$dV%5$dH%6$d" fill="none" stroke="#9aa7b4"/>
                <text x="%7$d" y="%4$d" text-anchor="end" dominant-baseline="middle">%8$s</text>
                <text x="%7$d" y="%5$d" text-anchor="end" dominant-baseline="middle">0</text>
                <text x="%3$d" y="%9$d">0</text>
                <text x="%6$d" y="%9$d" text-anchor="end">%10$s orders</text>
                <polyline points="%11$s" fill="none" stroke="#1f7a5c" stroke-width="2"/>
                </svg>
                """.formatted(
                        width,
                        height,
                        left,
                        top,
                        bottom,
                        right,
                        left - 8,
                        count(most),
                        bottom + 20,
                        count(total),
                        line.toString().strip());
    }
}
