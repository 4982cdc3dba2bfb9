package holdfast.psp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/// Files that are shipped within the program, beside the classes of this package.
final class Resources {

    private Resources() {}

    static byte[] read(String name) {
        try (InputStream in = Resources.class.getResourceAsStream(name)) {
            if (in == null) throw new IllegalStateException(name + " is missing from this build");
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
