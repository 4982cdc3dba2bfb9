package holdfast.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The CPU time that is taken from now on.
final class Cpu {

    private final ServerProcess server;
    private final Lab lab;
    private final double jvmBefore;
    private final double postgresBefore;

    Cpu(ServerProcess server, Lab lab) throws IOException {
        this.server = server;
        this.lab = lab;
        this.jvmBefore = server.jvmSeconds();
        this.postgresBefore = lab.postgresSeconds();
    }

    /// What an order took of it, in microseconds.
    record PerOrder(double jvm, double postgres) {

        double both() {
            return jvm + postgres;
        }
    }

    /// How many wanted a core in the last minute, on the average: near nothing, or no figure can be trusted.
    static String load() throws IOException {
        Path load = Path.of("/proc/loadavg");
        return Files.exists(load) ? Files.readString(load).split(" ", 2)[0] : "unknown";
    }

    PerOrder since(long orders) throws IOException {
        return new PerOrder(
                (server.jvmSeconds() - jvmBefore) / orders * 1e6,
                (lab.postgresSeconds() - postgresBefore) / orders * 1e6);
    }
}
