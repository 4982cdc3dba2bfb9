package holdfast.bench;

import static holdfast.bench.Figures.count;
import static holdfast.bench.Figures.gigabytes;
import static holdfast.bench.Figures.megabytes;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.RuntimeMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/// What the figures of a page hold for: the machine, the JVM and PostgreSQL, each as it says itself when it is
/// asked, not as somebody meant it to be.
final class Conditions {

    private static final String SETTINGS = """
            select name, current_setting(name) as value
              from unnest(array['fsync', 'synchronous_commit', 'full_page_writes', 'wal_sync_method', 'shared_buffers',
                                'max_wal_size', 'checkpoint_timeout', 'max_connections'])
                       with ordinality as asked (name, place)
             order by place
            """;

    private Conditions() {}

    /// In lines.
    ///
    /// @param url where PostgreSQL is
    static List<String> of(String url) throws IOException, SQLException {
        var lines = new ArrayList<>(ofMachineAndJvm());
        lines.add(postgres(url));
        return lines;
    }

    /// The same without PostgreSQL.
    static List<String> ofMachineAndJvm() throws IOException {
        return List.of(machine(), java());
    }

    /// What the JVM was started with, ours and those of the servers that we start.
    static List<String> jvmFlags() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments();
    }

    private static String machine() throws IOException {
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return ("%s cores (%s), %s GB of memory, %s %s; all that is measured and what measures it share them; load"
                        + " average right before: %s")
                .formatted(
                        count((long) system.getAvailableProcessors()),
                        cpu(),
                        gigabytes((double) system.getTotalMemorySize()),
                        system.getName(),
                        system.getVersion(),
                        Cpu.load());
    }

    private static String cpu() throws IOException {
        Path cpu = Path.of("/proc/cpuinfo");
        if (!Files.exists(cpu)) return System.getProperty("os.arch");
        return Files.readAllLines(cpu).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown");
    }

    private static String java() {
        RuntimeMXBean runtime = ManagementFactory.getRuntimeMXBean();
        String flags = jvmFlags().isEmpty() ? "without flags" : "with `" + String.join(" ", jvmFlags()) + "`";
        return "Java %s (%s), %s, heap at most %s MB"
                .formatted(
                        Runtime.version(),
                        runtime.getVmName(),
                        flags,
                        megabytes(Runtime.getRuntime().maxMemory()));
    }

    private static String postgres(String url) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery(SETTINGS)) {
            var settings = new ArrayList<String>();
            while (rows.next()) settings.add(rows.getString("name") + " " + rows.getString("value"));
            String version = connection.getMetaData().getDatabaseProductVersion();
            return "PostgreSQL " + version + ": " + String.join(", ", settings);
        }
    }
}
