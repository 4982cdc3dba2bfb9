package holdfast.psp;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.IOException;
import java.time.Instant;

/// Entries as JSON objects of one line, the kind of each fact in its member `fact`.
final class EntryJson {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(MapperFeature.AUTO_DETECT_IS_GETTERS) // Money.isZero() is no member of an amount.
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
            .addModule(new SimpleModule()
                    .addSerializer(Instant.class, ToStringSerializer.instance)
                    .addDeserializer(Instant.class, new FromIso8601()))
            .build();

    static {
        MAPPER.registerSubtypes(Fact.class.getPermittedSubclasses());
    }

    private static final ObjectWriter WRITER = MAPPER.writerFor(Entry.class);

    private EntryJson() {}

    static byte[] write(Entry entry) {
        try {
            return WRITER.writeValueAsBytes(entry);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("An entry that cannot be written as JSON", e);
        }
    }

    static Entry read(byte[] json) throws IOException {
        return MAPPER.readValue(json, Entry.class);
    }

    private static final class FromIso8601 extends FromStringDeserializer<Instant> {

        private static final long serialVersionUID = 1;

        FromIso8601() {
            super(Instant.class);
        }

        @Override
        protected Instant _deserialize(String value, DeserializationContext context) {
            return Instant.parse(value);
        }
    }
}
