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

    // The caller holds the row lock of every aggregate it tells about, so nobody else counts at the same time.
    private static final String APPEND = """
            insert into outbox (aggregate_type, aggregate_id, seq, type, payload)
            select e.aggregate_type, e.aggregate_id,
                   coalesce((select max(o.seq) from outbox o where o.aggregate_id = e.aggregate_id), 0)
                     + row_number() over (partition by e.aggregate_id order by e.position),
                   e.type, e.payload::jsonb
              from unnest(:aggregateTypes::text[], :aggregateIds::uuid[], :types::text[], :payloads::text[])
                   with ordinality as e (aggregate_type, aggregate_id, type, payload, position)
             order by e.position
            """;

    private static final JsonMapper JSON = new JsonMapper();

    /// Appends events, numbered 1, 2, 3 … per aggregate without a gap. The transaction must hold the row lock
    /// of each aggregate, or have made it.
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
