package holdfast.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import holdfast.db.Tx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Where events are left in the transaction of their cause, for whoever carries them on.
public final class Outbox {

    private static final String APPEND = """
            insert into outbox (aggregate_type, aggregate_id, type, payload)
            select e.aggregate_type, e.aggregate_id, e.type, e.payload::jsonb
              from unnest(:aggregateTypes::text[], :aggregateIds::uuid[], :types::text[], :payloads::text[])
                   as e (aggregate_type, aggregate_id, type, payload)
            """;

    private static final JsonMapper JSON = new JsonMapper();

    /// Appends events. The transaction must hold the row lock of each aggregate, or have made it: so the
    /// numbers of one aggregate's events are in the order of what happened.
    public void append(Tx tx, List<Event> events) {
        if (events.isEmpty()) return;
        var aggregateTypes = new ArrayList<String>();
        var aggregateIds = new ArrayList<UUID>();
        var types = new ArrayList<String>();
        var payloads = new ArrayList<String>();
        for (Event event : events) {
            aggregateTypes.add(event.aggregateType());
            aggregateIds.add(event.aggregateId());
            types.add(event.type());
            payloads.add(json(event.payload()));
        }
        tx.update(APPEND)
                .bind("aggregateTypes", tx.texts(aggregateTypes))
                .bind("aggregateIds", tx.uuids(aggregateIds))
                .bind("types", tx.texts(types))
                .bind("payloads", tx.texts(payloads))
                .execute();
    }

    private static String json(Map<String, Object> payload) {
        try {
            return JSON.writeValueAsString(payload);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("An event holds only strings, numbers, booleans, lists and maps", e);
        }
    }
}
