package holdfast.db;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What PostgreSQL writes about itself into its pid file.
///
/// @param files its data directory, by the name it was started with
record Postmaster(long pid, String files, int port) {

    static final String FILE = "postmaster.pid";

    /// Reads the pid file of a data directory; nothing if there is none, or none that makes sense.
    static Optional<Postmaster> of(Path files) {
        try {
            List<String> lines = Files.readAllLines(files.resolve(FILE));
            return Optional.of(new Postmaster(
                    Long.parseLong(lines.get(0).strip()),
                    lines.get(1).strip(),
                    Integer.parseInt(lines.get(3).strip())));
        } catch (IOException | NumberFormatException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    /// Whether the process of that number is this server, and not one that got the number later.
    boolean alive() {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .filter(process -> looksLikeThisServer(process.info()))
                .isPresent();
    }

    /// `kill -9`; returns when it is gone.
    void kill() {
        ProcessHandle.of(pid).ifPresent(process -> {
            process.destroyForcibly();
            process.onExit().join();
        });
    }

    /// Whether that number belongs to a process of another kind by now.
    boolean numberIsTaken() {
        return !alive() && ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
    }

    private boolean looksLikeThisServer(ProcessHandle.Info process) {
        // No file name, only "contains": the programs may have been replaced since, and Linux says "(deleted)" then.
        boolean postgres = process.command()
                .filter(command -> command.contains("/postgres"))
                .isPresent();
        boolean sameFiles = process.arguments()
                .map(arguments -> List.of(arguments).contains(files))
                .orElse(true);
        return postgres && sameFiles;
    }
}
