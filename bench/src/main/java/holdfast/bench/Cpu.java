package holdfast.bench;

import java.io.IOException;

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

    PerOrder since(long orders) throws IOException {
        return new PerOrder(
                (server.jvmSeconds() - jvmBefore) / orders * 1e6,
                (lab.postgresSeconds() - postgresBefore) / orders * 1e6);
    }
}
