package holdfast.api;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import holdfast.kernel.Money;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Writes a JSON object member by member, in the order of the calls. What is null is left out.
final class JsonWriter {

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final int BYTES_TYPICAL = 2 * 1024;

    // RFC 3339, always with milliseconds: a time never changes its width.
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    /// The names of members, which the program has some two hundred of, as they are written.
    private static final Map<String, SerializedString> NAMES = new ConcurrentHashMap<>();

    private final JsonGenerator json;

    private JsonWriter(JsonGenerator json) {
        this.json = json;
    }

    /// The bytes of an object with the members that `members` writes.
    static byte[] object(Consumer<JsonWriter> members) {
        var bytes = new ByteArrayOutputStream(BYTES_TYPICAL);
        try (JsonGenerator json = FACTORY.createGenerator(bytes, JsonEncoding.UTF8)) {
            json.writeStartObject();
            members.accept(new JsonWriter(json));
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    JsonWriter text(String name, @Nullable String text) {
        return text == null
                ? this
                : write(() -> {
                    called(name);
                    json.writeString(text);
                });
    }

    /// Something whose text is its name on the wire: an id, a SKU, an e-mail address.
    JsonWriter name(String name, @Nullable Object value) {
        return value == null ? this : text(name, value.toString());
    }

    JsonWriter number(String name, long number) {
        return write(() -> {
            called(name);
            json.writeNumber(number);
        });
    }

    JsonWriter truth(String name, boolean truth) {
        return write(() -> {
            called(name);
            json.writeBoolean(truth);
        });
    }

    JsonWriter time(String name, @Nullable Instant time) {
        return time == null ? this : text(name, TIME.format(time));
    }

    JsonWriter money(String name, @Nullable Money money) {
        return object(name, money, JsonWriter::money);
    }

    /// An object, if there is a `value` for it.
    <T> JsonWriter object(String name, @Nullable T value, BiConsumer<JsonWriter, T> members) {
        return value == null
                ? this
                : write(() -> {
                    called(name);
                    json.writeStartObject();
                    members.accept(this, value);
                    json.writeEndObject();
                });
    }

    <T> JsonWriter objects(String name, Collection<T> values, BiConsumer<JsonWriter, T> members) {
        return write(() -> {
            called(name);
            json.writeStartArray();
            for (T value : values) {
                json.writeStartObject();
                members.accept(this, value);
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    JsonWriter texts(String name, Collection<String> texts) {
        return write(() -> {
            called(name);
            json.writeStartArray();
            for (String text : texts) {
                json.writeString(text);
            }
            json.writeEndArray();
        });
    }

    JsonWriter textOrNull(String name, @Nullable String text) {
        return text == null
                ? write(() -> {
                    called(name);
                    json.writeNull();
                })
                : text(name, text);
    }

    /// A value that is JSON already.
    JsonWriter raw(String name, @Nullable String value) {
        return value == null
                ? this
                : write(() -> {
                    called(name);
                    json.writeRawValue(value);
                });
    }

    /// A value of the kinds that a refusal may carry.
    JsonWriter any(String name, Object value) {
        return write(() -> {
            called(name);
            any(value);
        });
    }

    private void any(Object value) throws IOException {
        switch (value) {
            case String text -> json.writeString(text);
            case Boolean truth -> json.writeBoolean(truth);
            case Number number -> json.writeNumber(number.longValue());
            case Money money -> {
                json.writeStartObject();
                money(money);
                json.writeEndObject();
            }
            case Map<?, ?> members -> {
                json.writeStartObject();
                for (var member : members.entrySet()) {
                    json.writeFieldName(String.valueOf(member.getKey()));
                    any(member.getValue());
                }
                json.writeEndObject();
            }
            case Collection<?> items -> {
                json.writeStartArray();
                for (Object item : items) {
                    any(item);
                }
                json.writeEndArray();
            }
            default -> json.writeString(value.toString());
        }
    }

    private void money(Money money) {
        number("amount", money.minor()).text("currency", money.currency().getCurrencyCode());
    }

    private void called(String name) throws IOException {
        json.writeFieldName(NAMES.computeIfAbsent(name, SerializedString::new));
    }

    private JsonWriter write(Step step) {
        try {
            step.write();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory does not fail", e);
        }
    }

    private interface Step {
        void write() throws IOException;
    }
}
