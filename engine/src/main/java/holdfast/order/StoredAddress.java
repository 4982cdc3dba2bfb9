package holdfast.order;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import holdfast.kernel.Address;

/// An address as it lies in a `jsonb` column.
public final class StoredAddress {

    private static final JsonMapper JSON = JsonMapper.builder()
            .defaultPropertyInclusion(JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, null))
            .build();

    private StoredAddress() {}

    public static String write(Address address) {
        try {
            return JSON.writeValueAsString(address);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("An address is plain text", e);
        }
    }

    public static Address read(String json) {
        try {
            return JSON.readValue(json, Address.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A stored address does not read as one", e);
        }
    }
}
