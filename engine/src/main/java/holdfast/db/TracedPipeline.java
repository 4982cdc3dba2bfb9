package holdfast.db;

import holdfast.trace.Span;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A pipeline whose commands each leave a span: from when it was submitted to when its commit had returned.
/// In between, an event tells when its turn came.
public final class TracedPipeline implements Pipeline {

    private final Pipeline pipeline;
    private final Map<Command<?>, Span> waiting = Collections.synchronizedMap(new IdentityHashMap<>());

    public TracedPipeline(Pipeline pipeline) {
        this.pipeline = pipeline;
    }

    @Override
    public <C extends Command<R>, R> void register(Class<C> type, Lane lane, Handler<C, R> handler) {
        pipeline.register(type, lane, (tx, commands) -> {
            takenUp(commands);
            return handler.handle(tx, commands);
        });
    }

    @Override
    public void lockFirst(LockFirst locks) {
        pipeline.lockFirst(locks);
    }

    private void takenUp(List<? extends Command<?>> commands) {
        for (Command<?> command : commands) {
            Span span = waiting.get(command);
            if (span == null) continue;
            span.set("holdfast.batch.size", commands.size());
            span.event("taken up");
        }
    }

    @Override
    public <R> R submit(Command<R> command) {
        return Span.part("pipeline", span -> {
            if (!span.isRecorded()) return pipeline.submit(command);
            String kind = kind(command);
            span.rename("pipeline " + kind);
            span.set("holdfast.command", kind);
            waiting.put(command, span);
            try {
                return pipeline.submit(command);
            } finally {
                waiting.remove(command);
            }
        });
    }

    /// As `/metrics` calls it: `open_checkout`.
    private static String kind(Command<?> command) {
        return command.getClass()
                .getSimpleName()
                .replaceAll("(?<=.)([A-Z])", "_$1")
                .toLowerCase(Locale.ROOT);
    }
}
