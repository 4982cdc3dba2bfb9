package holdfast.db;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The folder a server keeps its files in, held by one process at a time: the lock goes with the process,
/// however it ends.
public final class DataFolder implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DataFolder.class);

    private static final String LOCK_FILE = "holdfast.lock";
    private static final int PID_LENGTH_MAX = 20;

    private final Path path;
    private final FileChannel lock;

    private DataFolder(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /// Makes the folder if need be, and takes it for this process.
    ///
    /// @throws AlreadyRunning if another process has it; nothing in it was touched
    /// @throws CannotStart if it can be neither made nor written
    public static DataFolder open(Path folder) {
        Path path = folder.toAbsolutePath().normalize();
        if (path.toString().chars().anyMatch(c -> "\"\\$`".indexOf(c) >= 0 || c < ' ')) {
            // PostgreSQL's own start script passes the name through a shell, between double quotes.
            throw new CannotStart("The data folder " + path + " has a quote, a dollar sign, a backslash or a control"
                    + " character in its name: choose another with --data");
        }
        try {
            Files.createDirectories(path);
            var file = FileChannel.open(path.resolve(LOCK_FILE), CREATE, READ, WRITE);
            if (!locked(file)) {
                String holder = holder(file);
                file.close();
                throw new AlreadyRunning("Another Holdfast" + holder + " is running on the data folder " + path
                        + ": stop it, or choose another folder with --data");
            }
            file.truncate(0);
            file.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(US_ASCII)));
            return new DataFolder(path, file);
        } catch (FileAlreadyExistsException e) {
            throw new CannotStart("The data folder " + path + " cannot be made: " + e.getFile() + " is a file", e);
        } catch (IOException e) {
            throw new CannotStart("The data folder " + path + " cannot be written: " + reason(e), e);
        }
    }

    /// Absolute.
    public Path path() {
        return path;
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            LOG.warn("The lock of the data folder could not be given back: {}", reason(e));
        }
    }

    private static boolean locked(FileChannel file) throws IOException {
        try {
            return file.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // Held by this very process.
        }
    }

    private static String holder(FileChannel file) throws IOException {
        var bytes = ByteBuffer.allocate(PID_LENGTH_MAX);
        file.read(bytes, 0);
        String pid = new String(bytes.array(), 0, bytes.position(), US_ASCII);
        return pid.isEmpty() ? "" : " (process " + pid + ")";
    }

    /// What the operating system said, without Java's words around it.
    static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException _ -> "permission denied";
            case NoSuchFileException _ -> "it cannot be there";
            case FileSystemException detailed when detailed.getReason() != null -> detailed.getReason();
            default -> e.getMessage() == null ? e.toString() : e.getMessage();
        };
    }
}
