package holdfast.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import holdfast.kernel.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads a request body as one JSON object (RFC 8259), strictly: well-formed UTF-8 without a byte order mark,
/// no duplicate members, nothing after the end, no NUL, no half of a surrogate pair; limited in depth and in
/// the length of every string and number. A card number anywhere in it is refused before anything else is said
/// about the body.
///
/// Jackson only finds the tokens here. Its own limits are set so that it cannot exceed ours.
final class JsonReader {

    static final int DEPTH_MAX = 32;
    static final int STRING_LENGTH_MAX = 8 * 1024;
    static final int NUMBER_LENGTH_MAX = 32;

    private static final JsonFactory TOKENS = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH_MAX)
                    .maxStringLength(Body.JSON_BYTES_MAX)
                    .maxNumberLength(Body.JSON_BYTES_MAX)
                    .maxNameLength(Body.JSON_BYTES_MAX)
                    .build())
            // Names come from strangers: none of them is remembered.
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    private final JsonParser tokens;
    private final FieldErrors errors = new FieldErrors();
    private final CardScan cards = new CardScan();
    private Path here = Path.BODY;

    private JsonReader(JsonParser tokens) {
        this.tokens = tokens;
    }

    /// The object in `body`.
    ///
    /// @throws Refusal `invalid_request` if it is no JSON object or breaks a limit, `card_data_not_accepted`
    static Json.Members object(byte[] body) {
        CharBuffer text = decode(body);
        try (JsonParser tokens = TOKENS.createParser(text.array(), text.arrayOffset(), text.length())) {
            return new JsonReader(tokens).object();
        } catch (IOException e) {
            throw new UncheckedIOException("Reading from memory does not fail", e);
        }
    }

    private static CharBuffer decode(byte[] body) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
        } catch (CharacterCodingException e) {
            throw Refusal.invalid("body", "malformed", "Must be UTF-8");
        }
    }

    private Json.Members object() throws IOException {
        Json read;
        try {
            tokens.nextToken();
            read = value(Path.BODY);
            here = Path.BODY;
            if (tokens.nextToken() != null) errors.add(here, "malformed", "Nothing may follow the JSON object");
        } catch (StreamConstraintsException e) {
            errors.add(here, "malformed", "Must not be nested deeper than " + DEPTH_MAX + " levels");
            read = new Json.Null();
        } catch (JsonProcessingException e) {
            errors.add(here, "malformed", "Must be JSON" + place(e.getLocation()));
            read = new Json.Null();
        }
        cards.refuse();
        errors.refuse();
        if (read instanceof Json.Members members) return members;
        throw Refusal.invalid("body", "wrong_type", "Must be a JSON object");
    }

    private Json value(Path path) throws IOException {
        here = path;
        JsonToken token = tokens.currentToken();
        if (token == null) { // Where the text has ended, or never began.
            errors.add(path, "required", "Must be a JSON object");
            return new Json.Null();
        }
        return switch (token) {
            case START_OBJECT -> members(path);
            case START_ARRAY -> items(path);
            case VALUE_STRING -> new Json.Text(string(path));
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Json.Numeral(number(path));
            case VALUE_TRUE -> new Json.Truth(true);
            case VALUE_FALSE -> new Json.Truth(false);
            case VALUE_NULL -> new Json.Null();
            case END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
                throw new IllegalStateException("No value begins with " + token);
        };
    }

    private Json.Members members(Path path) throws IOException {
        Map<String, Json> members = new LinkedHashMap<>();
        while (tokens.nextToken() == JsonToken.FIELD_NAME) {
            String name = cards.name(path, tokens.currentName());
            Path member = path.member(name);
            if (!isText(name)) errors.add(path, "malformed", "A name must not contain NUL or half a character");
            here = member;
            tokens.nextToken();
            if (members.put(name, value(member)) != null) {
                errors.add(member, "duplicate", "Must be here only once");
            }
            here = path;
        }
        return new Json.Members(members);
    }

    private Json.Items items(Path path) throws IOException {
        List<Json> items = new ArrayList<>();
        while (tokens.nextToken() != JsonToken.END_ARRAY) {
            items.add(value(path.item(items.size())));
        }
        return new Json.Items(items);
    }

    private String string(Path path) throws IOException {
        String text = tokens.getText();
        cards.value(path, text);
        if (text.length() > STRING_LENGTH_MAX) errors.add(path, "too_long", "Far too long");
        if (!isText(text)) errors.add(path, "malformed", "Must not contain NUL or half a character");
        return text;
    }

    private String number(Path path) throws IOException {
        String digits = tokens.getText();
        cards.value(path, digits);
        if (digits.length() > NUMBER_LENGTH_MAX) errors.add(path, "out_of_range", "Has far too many digits");
        return digits;
    }

    /// Whether PostgreSQL and UTF-8 can carry it: no NUL, no surrogate without its other half.
    private static boolean isText(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0 || Character.isLowSurrogate(c)) return false;
            if (Character.isHighSurrogate(c)) {
                i++;
                if (i == text.length() || !Character.isLowSurrogate(text.charAt(i))) return false;
            }
        }
        return true;
    }

    private static String place(JsonLocation location) {
        return location == null
                ? ""
                : ", but is not at line " + location.getLineNr() + ", column " + location.getColumnNr();
    }
}
