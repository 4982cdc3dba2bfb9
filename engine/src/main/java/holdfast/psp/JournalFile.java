package holdfast.psp;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// A journal in a file: one line per entry, its CRC-32C in front of its JSON.
///
/// ```
/// holdfast-sandbox-journal 2
/// 5d1f8a0c {"at":"2026-11-22T10:00:00Z","key":"…","asked":81…,"facts":[{"fact":"Captured",…}]}
/// ```
///
/// A line is handed to the operating system before [#append] returns, so a killed process loses nothing; a
/// power cut may cost the last moments. What stands after the last whole line is a write that was cut short,
/// whose outcome nobody was ever told: it is cut off. A bad line with whole ones after it is damage, and
/// refused.
///
/// The file is locked, so that one process at a time writes it. Not safe for use by several threads.
final class JournalFile implements Journal {

    private static final byte[] HEADER = "holdfast-sandbox-journal 2\n".getBytes(US_ASCII);
    private static final int CHECKSUM_CHARS = 8;
    private static final int BUFFER_BYTES = 1 << 16;

    // Not a FileChannel: one of those is closed for everybody when one thread is interrupted while writing.
    private final RandomAccessFile file;
    private long length;
    private boolean broken;

    private JournalFile(RandomAccessFile file) {
        this.file = file;
    }

    /// Opens the journal at `path`, or begins one there, and tells `known` every entry that it holds.
    static JournalFile open(Path path, Consumer<Entry> known) throws IOException {
        Path folder = path.toAbsolutePath().getParent();
        if (folder != null) Files.createDirectories(folder);
        var file = new RandomAccessFile(path.toFile(), "rw");
        try {
            lock(file, path);
            var journal = new JournalFile(file);
            journal.length = journal.replay(path, known);
            file.setLength(journal.length);
            file.seek(journal.length);
            if (journal.length == 0) journal.write(HEADER);
            return journal;
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static void lock(RandomAccessFile file, Path path) throws IOException {
        boolean ours;
        try {
            ours = file.getChannel().tryLock() != null;
        } catch (OverlappingFileLockException e) {
            ours = false;
        }
        if (!ours) throw new IOException("The sandbox journal " + path + " is in use by another process");
    }

    @Override
    public void append(Entry entry) throws IOException {
        if (broken) throw new IOException("The sandbox journal could not be written before");
        write(line(EntryJson.write(entry)));
    }

    private void write(byte[] line) throws IOException {
        try {
            file.write(line);
            length += line.length;
        } catch (IOException e) {
            takeBack(e);
            throw e;
        }
    }

    /// Removes what a failed write may have left, so that the next line does not follow half of this one.
    private void takeBack(IOException cause) {
        try {
            file.setLength(length);
            file.seek(length);
        } catch (IOException e) {
            broken = true;
            cause.addSuppressed(e);
        }
    }

    /// Returns the length of the part of the file that holds whole lines.
    private long replay(Path path, Consumer<Entry> known) throws IOException {
        InputStream in = new BufferedInputStream(Channels.newInputStream(file.getChannel()), BUFFER_BYTES);
        byte[] header = in.readNBytes(HEADER.length);
        if (!Arrays.equals(header, HEADER)) {
            // A start that was cut short left a part of the header; anything else was written by somebody else.
            if (Arrays.equals(header, Arrays.copyOf(HEADER, header.length))) return 0;
            throw new IOException(path + " is not a sandbox journal of this version");
        }
        long whole = HEADER.length;
        int badLine = 0;
        int lineNo = 1;
        for (byte[] line = readLine(in); line != null; line = readLine(in)) {
            lineNo++;
            byte[] json = checked(line);
            if (json == null) {
                if (badLine == 0) badLine = lineNo;
            } else if (badLine != 0) {
                throw new IOException("The sandbox journal " + path + " is damaged in line " + badLine);
            } else {
                known.accept(EntryJson.read(json));
                whole += line.length + 1;
            }
        }
        return whole;
    }

    /// The next line without its end; what has no end is no line, and null is the end of all.
    private static byte @Nullable [] readLine(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int b = in.read(); b != -1; b = in.read()) {
            if (b == '\n') return line.toByteArray();
            line.write(b);
        }
        return null;
    }

    private static byte[] line(byte[] json) {
        var line = new ByteArrayOutputStream(CHECKSUM_CHARS + 1 + json.length + 1);
        line.writeBytes(checksum(json));
        line.write(' ');
        line.writeBytes(json);
        line.write('\n');
        return line.toByteArray();
    }

    /// The JSON of a line whose checksum is right, or null.
    private static byte @Nullable [] checked(byte[] line) {
        if (line.length <= CHECKSUM_CHARS || line[CHECKSUM_CHARS] != ' ') return null;
        byte[] json = Arrays.copyOfRange(line, CHECKSUM_CHARS + 1, line.length);
        return Arrays.equals(checksum(json), Arrays.copyOf(line, CHECKSUM_CHARS)) ? json : null;
    }

    private static byte[] checksum(byte[] json) {
        var crc = new CRC32C();
        crc.update(json);
        return HexFormat.of().toHexDigits(crc.getValue(), CHECKSUM_CHARS).getBytes(US_ASCII);
    }

    /// Flushes to the disk, and unlocks the file.
    @Override
    public void close() throws IOException {
        try (file) {
            file.getFD().sync();
        }
    }
}
