package holdfast.api;

import holdfast.kernel.Refusal;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/// Reads the query of a URL: `application/x-www-form-urlencoded`, in UTF-8, each name at most once.
final class Queries {

    private Queries() {}

    /// The parameters in `raw`, by name.
    ///
    /// @throws Refusal `invalid_request`, `card_data_not_accepted`
    static Json.Members parse(String raw) {
        var errors = new FieldErrors();
        var cards = new CardScan();
        Map<String, Json> parameters = new LinkedHashMap<>();
        for (String pair : raw.split("&", -1)) {
            if (pair.isEmpty()) continue;
            int equals = pair.indexOf('=');
            String name = cards.name(Path.BODY, decode(equals < 0 ? pair : pair.substring(0, equals)));
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
            cards.value(Path.BODY.member(name), value);
            if (parameters.put(name, new Json.Text(value)) != null) {
                errors.add(Path.BODY.member(name), "duplicate", "Must be here only once");
            }
        }
        cards.refuse();
        errors.refuse();
        return new Json.Members(parameters);
    }

    private static String decode(String encoded) {
        var bytes = new ByteArrayOutputStream(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            switch (c) {
                case '+' -> bytes.write(' ');
                case '%' -> {
                    bytes.write(hex(encoded, i + 1) << 4 | hex(encoded, i + 2));
                    i += 2;
                }
                default -> bytes.write(c); // What is not ASCII never gets past the server's own reading of the URL.
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw malformed();
        }
    }

    private static int hex(String encoded, int at) {
        int digit = at < encoded.length() ? Character.digit(encoded.charAt(at), 16) : -1;
        if (digit < 0) throw malformed();
        return digit;
    }

    private static Refusal malformed() {
        return Refusal.invalid("query", "malformed", "Must be percent-encoded UTF-8");
    }
}
