package holdfast.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import holdfast.db.Inserts;
import holdfast.db.Tx;
import java.util.ArrayList;
import java.util.List;

/// Where events are left in the transaction of their cause, for whoever carries them on: all that a transaction
/// has to tell in one row, however many had a part in it.
public final class Outbox {

    /// Appends events. The transaction must hold the row lock of each aggregate, or have made it: so those of
    /// one aggregate are in the order of what happened.
    public void append(Tx tx, List<Event> events) {
        if (!events.isEmpty()) tx.deferred(Letter.class, Letter::new).events.addAll(events);
    }

    /// What one transaction tells.
    private static final class Letter implements Tx.Deferred {

        private static final Inserts<Letter> WRITE =
                Inserts.<Letter>into("outbox").text("events", Letter::json);
        private static final JsonMapper JSON = new JsonMapper();

        private final List<Event> events = new ArrayList<>();

        @Override
        public void flush(Tx tx) {
            tx.insert(WRITE, List.of(this));
        }

        private String json() {
            try {
                return JSON.writeValueAsString(events);
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException("An event holds only strings, numbers, booleans, lists and maps", e);
            }
        }
    }
}
