package holdfast.pages;

import static java.nio.charset.StandardCharsets.UTF_8;

import holdfast.kernel.CardNumbers;
import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What was typed into a form, or stands behind the question mark of an address. A name that was not sent reads
/// as empty; what is wrong with a field is collected in [FormErrors].
public final class Form {

    /// As much as a page of ours sends, and some more.
    static final int BYTES_MAX = 64 * 1024;

    private static final int FIELDS_MAX = 2_000;

    private final Map<String, List<String>> fields;

    private Form(Map<String, List<String>> fields) {
        this.fields = fields;
    }

    /// @throws Refusal `invalid_request` for what no form sends, `card_data_not_accepted`
    static Form parse(String encoded) {
        var fields = new LinkedHashMap<String, List<String>>();
        int count = 0;
        for (String pair : encoded.split("&", FIELDS_MAX + 2)) {
            if (pair.isEmpty()) continue;
            if (++count > FIELDS_MAX) throw invalid();
            int equals = pair.indexOf('=');
            String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
            refuseCards(name, value);
            fields.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
        }
        return new Form(fields);
    }

    private static void refuseCards(String name, String value) {
        boolean ours = name.equals("sku")
                || name.equals("id")
                || name.endsWith("_id")
                || name.equals("cursor")
                || name.equals("tracking_number");
        if (!ours && (CardNumbers.appearsIn(value) || CardNumbers.appearsIn(name))) {
            throw Problem.CARD_DATA_NOT_ACCEPTED.refuse("A card number goes into the payment provider's fields only");
        }
    }

    private static String decoded(String text) {
        byte[] given = text.getBytes(UTF_8);
        if (given.length != text.length()) throw invalid(); // Only ASCII stands in such a form.
        if (text.indexOf('%') < 0 && text.indexOf('+') < 0) return text;
        byte[] bytes = new byte[given.length];
        int length = 0;
        for (int at = 0; at < given.length; at++) {
            if (given[at] != '%') {
                bytes[length++] = given[at] == '+' ? (byte) ' ' : given[at];
                continue;
            }
            int high = at + 2 < given.length ? Character.digit(given[at + 1], 16) : -1;
            int low = at + 2 < given.length ? Character.digit(given[at + 2], 16) : -1;
            if (high < 0 || low < 0) throw invalid();
            bytes[length++] = (byte) (high << 4 | low);
            at += 2;
        }
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString();
        } catch (CharacterCodingException _) {
            throw invalid();
        }
    }

    private static Refusal invalid() {
        return Refusal.invalid("body", "malformed", "Must be a form as a browser sends it");
    }

    public boolean has(String name) {
        return fields.containsKey(name);
    }

    /// The field without blanks around it; the first, if it was sent more than once.
    public String text(String name) {
        List<String> sent = fields.get(name);
        return sent == null ? "" : sent.getFirst().strip();
    }

    /// As [#text]; null where nothing was typed.
    public @Nullable String textOrNull(String name) {
        String text = text(name);
        return text.isEmpty() ? null : text;
    }

    /// All values of a field that may be there repeatedly.
    public List<String> all(String name) {
        return List.copyOf(fields.getOrDefault(name, List.of()));
    }

    /// The names of all fields, in the order they were sent.
    public List<String> names() {
        return List.copyOf(fields.keySet());
    }

    /// A whole number; empty, with an error, if it is none or out of range.
    public OptionalInt integer(String name, int least, int most, FormErrors errors) {
        String text = text(name);
        try {
            int number = Integer.parseInt(text);
            if (least <= number && number <= most) return OptionalInt.of(number);
        } catch (NumberFormatException _) {
            // Told below, like one that is out of range.
        }
        errors.add(name, "Enter a whole number from " + least + " to " + most + ".");
        return OptionalInt.empty();
    }

    /// A value that is parsed from the text; null, with an error, if `parse` throws an
    /// `IllegalArgumentException`.
    public <T> @Nullable T read(String name, Function<String, T> parse, String complaint, FormErrors errors) {
        try {
            return parse.apply(text(name));
        } catch (IllegalArgumentException _) {
            errors.add(name, complaint);
            return null;
        }
    }
}
