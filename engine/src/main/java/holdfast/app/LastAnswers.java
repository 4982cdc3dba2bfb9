package holdfast.app;

import java.time.Duration;

/// Ends the HTTP API so that everybody who has asked still hears something.
///
/// Requests under way have their time. Those that are not through by then may wait for a pipeline that is stuck:
/// it is closed, so that it answers or refuses them while the API can still pass that on.
final class LastAnswers {

    private LastAnswers() {}

    /// @param api waits for the requests under way, longer than `patience` and the end of the pipeline take
    /// @param patience how long the requests are waited for before the pipeline is closed
    static void close(Runnable api, Runnable pipeline, Duration patience) {
        Thread closing = Thread.startVirtualThread(api);
        try {
            if (!closing.join(patience)) pipeline.run();
            closing.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Somebody wants the end at once.
        }
    }
}
