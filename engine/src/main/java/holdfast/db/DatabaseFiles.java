package holdfast.db;

import static holdfast.db.DataFolder.reason;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.READ;

import holdfast.db.EmbeddedServer.Durability;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The files of an embedded database, and the password that opens it.
///
/// They are made beside their place and moved there by one rename once they are whole and on the disk: what
/// is there is never half a database, whenever the machine went down.
///
/// @param path PostgreSQL's data directory
record DatabaseFiles(Path path) {

    static final String USER = "holdfast";

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseFiles.class);

    private static final String FOLDER = "postgres";
    private static final String PASSWORD_FILE = "holdfast.password";
    private static final String UNFINISHED = "initdb-";
    private static final int PASSWORD_BYTES = 24;
    private static final Duration INITDB_MAX = Duration.ofMinutes(2);

    /// Where the database of this data folder is, or would be.
    static DatabaseFiles in(Path data) {
        return new DatabaseFiles(data.resolve(FOLDER));
    }

    /// The database of this data folder, made if it is not there.
    static DatabaseFiles prepare(Path data, PostgresPrograms programs, Durability durability) {
        removeUnfinished(data);
        DatabaseFiles files = in(data);
        try {
            if (!Files.exists(files.path)) make(data, files.path, programs, durability);
            programs.own(files.path);
            return files;
        } catch (IOException e) {
            throw new CannotStart("The database in " + data + " cannot be prepared: " + reason(e), e);
        }
    }

    String password() {
        try {
            return Files.readString(path.resolve(PASSWORD_FILE), UTF_8).strip();
        } catch (IOException e) {
            throw new CannotStart("The password of the database in " + path + " cannot be read: " + reason(e), e);
        }
    }

    private static void make(Path data, Path place, PostgresPrograms programs, Durability durability)
            throws IOException {
        Path unfinished = Files.createTempDirectory(data, UNFINISHED);
        Path fresh = unfinished.resolve(FOLDER);
        Path password = unfinished.resolve(PASSWORD_FILE);
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Files.createFile(password, ownerOnly);
        Files.writeString(password, randomPassword());
        programs.own(unfinished);

        var initdb = new ArrayList<>(List.of(
                "--pgdata=" + fresh,
                "--username=" + USER,
                "--pwfile=" + password,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin", // the same order of words on every machine
                "--builtin-locale=C.UTF-8",
                "--no-instructions"));
        if (durability == Durability.NONE) initdb.add("--no-sync");
        var result = programs.run(INITDB_MAX, "initdb", initdb);
        if (!result.succeeded()) {
            PostgresBinaries.deleteAll(unfinished);
            throw new CannotStart("The database in " + data + " could not be made: " + result.lastLine());
        }

        Files.move(password, fresh.resolve(PASSWORD_FILE), ATOMIC_MOVE);
        flush(fresh.resolve(PASSWORD_FILE));
        flush(fresh);
        Files.move(fresh, place, ATOMIC_MOVE);
        flush(data);
        PostgresBinaries.deleteAll(unfinished);
    }

    /// What a start that was killed half-way left behind.
    private static void removeUnfinished(Path data) {
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(data, UNFINISHED + "*")) {
            for (Path leftover : leftovers) PostgresBinaries.deleteAll(leftover);
        } catch (IOException e) {
            LOG.warn("What an interrupted start left in {} could not be removed: {}", data, reason(e));
        }
    }

    private static void flush(Path fileOrFolder) throws IOException {
        try (var channel = FileChannel.open(fileOrFolder, READ)) {
            channel.force(true);
        }
    }

    private static String randomPassword() {
        byte[] random = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().encodeToString(random);
    }
}
