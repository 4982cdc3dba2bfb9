package holdfast.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import holdfast.db.Inserts;
import holdfast.db.Tx;
import holdfast.kernel.Tally;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Where events are left in the transaction of their cause, for whoever carries them on: all that a transaction
/// has to tell in one row, however many had a part in it.
public final class Outbox {

    private final Tally<String> told = new Tally<>();

    /// Appends events. The transaction must hold the row lock of each aggregate, or have made it: so those of
    /// one aggregate are in the order of what happened.
    public void append(Tx tx, List<Event> events) {
        if (!events.isEmpty())
            tx.deferred(Letter.class, () -> new Letter(told)).events.addAll(events);
    }

    /// How many events of each type were told so far, by transactions that are committed.
    public Map<String, Long> told() {
        return told.now();
    }

    /// What one transaction tells.
    private static final class Letter implements Tx.Deferred {

        private static final Inserts<Letter> WRITE =
                Inserts.<Letter>into("outbox").text("events", Letter::json);
        private static final ObjectWriter JSON = new JsonMapper().writerFor(new TypeReference<List<Event>>() {});

        private final List<Event> events = new ArrayList<>();
        private final Tally<String> told;

        Letter(Tally<String> told) {
            this.told = told;
        }

        @Override
        public void flush(Tx tx) {
            tx.insert(WRITE, List.of(this));
            tx.afterCommit(() -> events.forEach(event -> told.count(event.type())));
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
