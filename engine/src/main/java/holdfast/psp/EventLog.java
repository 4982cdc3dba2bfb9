package holdfast.psp;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What happened, in order, and who has not heard of it yet. The oldest events are forgotten after a while, but
/// none that somebody still waits for.
///
/// Not safe for use by several threads.
final class EventLog {

    private static final int REMEMBERED = 100_000;

    private final List<Event> recent = new ArrayList<>();
    private int forgotten; // how many came before those in `recent`
    private final Map<String, Endpoint> endpoints = new LinkedHashMap<>();
    private final Map<String, Map<Integer, Event>> waiting = new LinkedHashMap<>(); // endpoint → its events
    private List<Delivery> fresh = new ArrayList<>();

    /// Somebody who wants to know.
    record Endpoint(String id, String url, String secret, Instant createdAt) {}

    /// An event on its way to an endpoint.
    record Delivery(Event event, Endpoint endpoint) {}

    void add(Event.Kind kind, Instant at, @Nullable String key, PaymentIntent intent, @Nullable Refund refund) {
        var event = new Event(count(), kind, at, key, intent, refund);
        recent.add(event);
        if (recent.size() > 2 * REMEMBERED) {
            recent.subList(0, REMEMBERED).clear();
            forgotten += REMEMBERED;
        }
        endpoints.forEach((id, endpoint) -> {
            of(id).put(event.number(), event);
            fresh.add(new Delivery(event, endpoint));
        });
    }

    void add(Endpoint endpoint) {
        endpoints.put(endpoint.id(), endpoint);
    }

    void remove(String endpoint) {
        endpoints.remove(endpoint);
        waiting.remove(endpoint);
    }

    void delivered(String endpoint, int number) {
        Map<Integer, Event> events = waiting.get(endpoint);
        if (events != null) events.remove(number);
    }

    Collection<Endpoint> endpoints() {
        return endpoints.values();
    }

    boolean isWaiting(String endpoint, int number) {
        Map<Integer, Event> events = waiting.get(endpoint);
        return events != null && events.containsKey(number);
    }

    int waitingFor(String endpoint) {
        Map<Integer, Event> events = waiting.get(endpoint);
        return events == null ? 0 : events.size();
    }

    int pending(int number) {
        return (int) waiting.values().stream()
                .filter(events -> events.containsKey(number))
                .count();
    }

    boolean hasFresh() {
        return !fresh.isEmpty();
    }

    /// What is to be delivered and was not told by this method before.
    List<Delivery> fresh() {
        List<Delivery> told = fresh.stream()
                .filter(delivery ->
                        isWaiting(delivery.endpoint().id(), delivery.event().number()))
                .toList();
        fresh = new ArrayList<>();
        return told;
    }

    /// How many there ever were.
    int count() {
        return forgotten + recent.size();
    }

    /// How many are still known.
    int known() {
        return recent.size();
    }

    /// The `n`th of those still known, from 0.
    Event at(int number) {
        return recent.get(number);
    }

    /// Where the event of this name is among those still known, or null.
    @Nullable
    Integer find(String id) {
        int place = Event.numberOf(id) - forgotten;
        return place >= 0 && place < recent.size() && recent.get(place).id().equals(id) ? place : null;
    }

    private Map<Integer, Event> of(String endpoint) {
        return waiting.computeIfAbsent(endpoint, _ -> new HashMap<>());
    }
}
