package holdfast.api;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;

/// Keeps a large body while it is worked on, outside the memory, so that no transaction waits for a slow
/// client. The file has no name any more once it is open, and is gone when the program is.
final class Spool implements AutoCloseable {

    private final FileChannel file;

    private Spool(FileChannel file) {
        this.file = file;
    }

    /// Takes in all of `arriving`.
    static Spool of(InputStream arriving) {
        try {
            var spool = new Spool(FileChannel.open(
                    Files.createTempFile("holdfast-", ".body"),
                    CREATE,
                    TRUNCATE_EXISTING,
                    READ,
                    WRITE,
                    DELETE_ON_CLOSE));
            try {
                arriving.transferTo(Channels.newOutputStream(spool.file));
            } catch (IOException | RuntimeException e) {
                spool.close();
                throw e;
            }
            return spool;
        } catch (IOException e) {
            throw new UncheckedIOException("Keeping a request body", e);
        }
    }

    /// What was taken in, from its beginning.
    InputStream read() {
        try {
            return Channels.newInputStream(file.position(0));
        } catch (IOException e) {
            throw new UncheckedIOException("Reading a request body", e);
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException("Dropping a request body", e);
        }
    }
}
