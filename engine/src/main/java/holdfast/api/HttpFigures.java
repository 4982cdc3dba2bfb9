package holdfast.api;

import holdfast.kernel.Tally;
import holdfast.kernel.Timing;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// What was asked over HTTP so far, and how long the answers took: by route, never by what stands in a path.
public final class HttpFigures {

    /// One kind of request.
    ///
    /// @param route a template: `/v1/carts/{id}`
    public record Asked(String method, String route) {}

    /// One kind of answer to it.
    public record Answered(Asked asked, int status) {}

    private final Tally<Answered> answered = new Tally<>();
    private final Map<Asked, Timing> took = new ConcurrentHashMap<>();

    void answered(Asked asked, int status) {
        answered.count(new Answered(asked, status));
    }

    void took(Asked asked, long nanos) {
        took.computeIfAbsent(asked, _ -> new Timing()).took(nanos);
    }

    public Map<Answered, Long> answered() {
        return answered.now();
    }

    public Map<Asked, Timing.Figures> took() {
        var now = new HashMap<Asked, Timing.Figures>();
        took.forEach((asked, timing) -> now.put(asked, timing.now()));
        return now;
    }
}
