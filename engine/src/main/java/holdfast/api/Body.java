package holdfast.api;

import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import io.helidon.common.buffers.DataReader.InsufficientDataAvailableException;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.RequestException;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The body of a request: of the right type, and not a byte more than its limit.
final class Body {

    static final int JSON_BYTES_MAX = 256 * 1024;
    static final int CSV_BYTES_MAX = 32 * 1024 * 1024;

    private static final Pattern JSON = Pattern.compile("application/json(;charset=\"?utf-8\"?)?");
    private static final Pattern CSV = Pattern.compile("text/csv(;charset=\"?utf-8\"?|;header=present)*");
    private static final byte[] NOTHING = {};

    /// How long a client is listened to that still sends what nobody will read. Hung up on at once, it might
    /// never see the answer: what arrives at a closed connection makes the network forget what is on its way
    /// back.
    private static final Duration LINGER_MAX = Duration.ofSeconds(2);

    private final ServerRequest request;
    private @Nullable InputStream stream;

    Body(ServerRequest request) {
        this.request = request;
    }

    /// @throws Refusal `invalid_request` if there is a body
    void demandNone() {
        if (request.content().hasEntity()) {
            throw Refusal.invalid("body", "unknown_field", "There is no body here");
        }
    }

    /// The whole JSON body; empty if there is none.
    ///
    /// @throws Refusal `body_too_large`, `unsupported_media_type`
    byte[] json() {
        if (!request.content().hasEntity()) return NOTHING;
        try (InputStream limited = open(JSON, "application/json", JSON_BYTES_MAX)) {
            return limited.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The CSV body as it arrives.
    ///
    /// @throws Refusal `body_too_large`, now or while it is read; `unsupported_media_type`
    InputStream csv() {
        return open(CSV, "text/csv", CSV_BYTES_MAX);
    }

    /// Whether the rest of the body is not worth reading only to keep the connection.
    boolean isTooMuchToSkip() {
        return !request.content().consumed()
                && request.headers().contentLength().orElse(Long.MAX_VALUE) > JSON_BYTES_MAX;
    }

    /// Hangs up, after a while in which the client can read the answer.
    ///
    /// @throws CloseConnectionException always
    void hangUp() {
        // A client that waits to be told to continue is told no by the answer.
        if (stream != null || !request.headers().containsToken(HeaderValues.EXPECT_100)) linger();
        throw new CloseConnectionException("As the answer has said");
    }

    private void linger() {
        InputStream rest = stream == null ? request.content().inputStream() : stream;
        byte[] thrownAway = new byte[8 * 1024];
        long end = System.nanoTime() + LINGER_MAX.toNanos();
        try {
            while (rest.read(thrownAway) >= 0 && System.nanoTime() < end) {
                // Nobody reads it.
            }
        } catch (IOException | UncheckedIOException | InsufficientDataAvailableException | RequestException e) {
            // The client has hung up first, or never stops: there is nobody to tell.
        }
    }

    private InputStream open(Pattern type, String typeName, int bytesMax) {
        if (request.headers().contentLength().orElse(0) > bytesMax) throw tooLarge(bytesMax);
        String given = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("");
        if (!type.matcher(given.replace(" ", "").toLowerCase(Locale.ROOT)).matches()) {
            throw Problem.UNSUPPORTED_MEDIA_TYPE.refuse("The Content-Type must be " + typeName + ", in UTF-8");
        }
        InputStream arriving = request.content().inputStream();
        stream = arriving;
        return limited(arriving, bytesMax);
    }

    static Refusal tooLarge(int bytesMax) {
        return Problem.BODY_TOO_LARGE
                .refuse("A body may have " + bytesMax + " bytes")
                .with("bytes_max", bytesMax);
    }

    private static InputStream limited(InputStream arriving, int bytesMax) {
        return new FilterInputStream(arriving) {

            private int left = bytesMax;

            @Override
            public int read() {
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
                if (read > 0) left -= read;
                if (left < 0) throw tooLarge(bytesMax);
                return read;
            }

            @Override
            public boolean markSupported() {
                return false;
            }
        };
    }
}
