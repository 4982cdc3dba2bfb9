package holdfast.api;

import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import io.helidon.common.buffers.DataReader.InsufficientDataAvailableException;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.regex.Pattern;

/// Request bodies: of the right type, and not a byte more than their limit.
final class Bodies {

    static final int JSON_BYTES_MAX = 256 * 1024;
    static final int CSV_BYTES_MAX = 32 * 1024 * 1024;

    private static final Pattern JSON = Pattern.compile("application/json(;charset=\"?utf-8\"?)?");
    private static final Pattern CSV = Pattern.compile("text/csv(;charset=\"?utf-8\"?|;header=present)*");
    private static final byte[] NOTHING = {};

    private Bodies() {}

    static void demandNone(ServerRequest request) {
        if (request.content().hasEntity()) throw Refusal.invalid("body", "unknown_field", "There is no body here");
    }

    /// The whole JSON body; empty if there is none.
    static byte[] json(ServerRequest request) {
        if (!request.content().hasEntity()) return NOTHING;
        demandSize(request.headers(), JSON_BYTES_MAX);
        demandType(request.headers(), JSON, "application/json");
        try (InputStream body = limited(request, JSON_BYTES_MAX)) {
            return body.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The CSV body as it arrives.
    static InputStream csv(ServerRequest request) {
        demandSize(request.headers(), CSV_BYTES_MAX);
        demandType(request.headers(), CSV, "text/csv");
        return limited(request, CSV_BYTES_MAX);
    }

    /// Whether what is left of the body is not worth reading only to keep the connection.
    static boolean isTooMuchToSkip(ServerRequest request) {
        return !request.content().consumed()
                && request.headers().contentLength().orElse(Long.MAX_VALUE) > JSON_BYTES_MAX;
    }

    private static void demandSize(Headers headers, int bytesMax) {
        if (headers.contentLength().orElse(0) > bytesMax) throw tooLarge(bytesMax);
    }

    private static void demandType(Headers headers, Pattern type, String name) {
        String given = headers.first(HeaderNames.CONTENT_TYPE).orElse("");
        if (!type.matcher(given.replace(" ", "").toLowerCase(Locale.ROOT)).matches()) {
            throw Problem.UNSUPPORTED_MEDIA_TYPE.refuse("The Content-Type must be " + name + ", in UTF-8");
        }
    }

    static Refusal tooLarge(int bytesMax) {
        return Problem.BODY_TOO_LARGE
                .refuse("A body may have " + bytesMax + " bytes")
                .with("bytes_max", bytesMax);
    }

    private static InputStream limited(ServerRequest request, int bytesMax) {
        return new FilterInputStream(request.content().inputStream()) {

            private int left = bytesMax;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                int read;
                try {
                    read = super.read(into, offset, length);
                } catch (IOException | UncheckedIOException | InsufficientDataAvailableException e) {
                    throw new CloseConnectionException("The client went away while it sent a body", e);
                }
                if (read > 0) count(read);
                return read;
            }

            @Override
            public boolean markSupported() {
                return false;
            }

            private void count(int read) {
                left -= read;
                if (left < 0) throw tooLarge(bytesMax);
            }
        };
    }
}
