package holdfast.psp;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.IOException;
import java.time.Instant;

/// Facts as JSON objects of one line, their kind in the member `fact`.
final class FactJson {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(MapperFeature.AUTO_DETECT_IS_GETTERS) // Money.isZero() is no member of an amount.
            .addModule(new SimpleModule()
                    .addSerializer(Instant.class, ToStringSerializer.instance)
                    .addDeserializer(Instant.class, new FromIso8601()))
            .build();

    static {
        for (Class<?> kind : Fact.class.getPermittedSubclasses()) {
            MAPPER.registerSubtypes(kind.isInterface() ? kind.getPermittedSubclasses() : new Class<?>[] {kind});
        }
    }

    private FactJson() {}

    static byte[] write(Fact fact) {
        try {
            return MAPPER.writerFor(Fact.class).writeValueAsBytes(fact);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A fact that cannot be written as JSON", e);
        }
    }

    static Fact read(byte[] json) throws IOException {
        return MAPPER.readValue(json, Fact.class);
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
