package holdfast.api;

import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import java.util.List;
import java.util.regex.Pattern;

/// The header `Idempotency-Key`: a structured-field string as in draft-ietf-httpapi-idempotency-key-header-07,
/// or the bare key that most clients send.
final class IdempotencyKeys {

    private static final int LENGTH_MIN = 16;
    private static final int LENGTH_MAX = 255;
    private static final int QUOTED_LENGTH_MAX = 2 * LENGTH_MAX + 2; // every character escaped, and the quotes
    private static final Pattern QUOTED =
            Pattern.compile("\"((?:[\\x20-\\x21\\x23-\\x5b\\x5d-\\x7e]|\\\\[\"\\\\])*)\"");
    private static final Pattern ESCAPE = Pattern.compile("\\\\(.)");
    private static final Pattern PRINTABLE = Pattern.compile("[\\x20-\\x7e]*");

    private IdempotencyKeys() {}

    /// The key in the one header that there may be.
    ///
    /// @throws Refusal `idempotency_key_invalid`
    static String parse(List<String> headers) {
        if (headers.size() != 1) throw invalid("There must be only one");
        String header = headers.getFirst().strip();
        String key = header.startsWith("\"") ? unquote(header) : header;
        if (key.length() < LENGTH_MIN
                || key.length() > LENGTH_MAX
                || !PRINTABLE.matcher(key).matches()) {
            throw invalid("It must be " + LENGTH_MIN + " to " + LENGTH_MAX + " printable ASCII characters");
        }
        return key;
    }

    private static String unquote(String header) {
        if (header.length() > QUOTED_LENGTH_MAX) throw invalid("It is too long");
        var quoted = QUOTED.matcher(header);
        if (!quoted.matches()) throw invalid("What begins with a quote must be one quoted string");
        return ESCAPE.matcher(quoted.group(1)).replaceAll("$1");
    }

    private static Refusal invalid(String detail) {
        return Problem.IDEMPOTENCY_KEY_INVALID.refuse(detail);
    }
}
