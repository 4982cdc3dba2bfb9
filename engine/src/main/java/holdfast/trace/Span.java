package holdfast.trace;

import holdfast.kernel.CheckoutId;
import holdfast.kernel.Refusal;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Something that is being done, as part of a trace; within it, the [#current] one of its thread. Nothing is
/// ever set that somebody else has written: ids of ours, codes and numbers alone.
public final class Span {

    /// What stands for all that is not recorded.
    static final Span NONE = new Span(null, io.opentelemetry.api.trace.Span.getInvalid());

    private static final ScopedValue<Span> CURRENT = ScopedValue.newInstance();

    private final @Nullable Recorder recorder;
    private final io.opentelemetry.api.trace.Span open;

    /// The id that a checkout gets which is opened here, once: the one of this trace.
    private volatile @Nullable UUID unused;

    /// The checkout that this was found to be about.
    private volatile @Nullable CheckoutId subject;

    Span(@Nullable Recorder recorder, io.opentelemetry.api.trace.Span open) {
        this.recorder = recorder;
        this.open = open;
    }

    static @Nullable Span current() {
        return CURRENT.isBound() ? CURRENT.get() : null;
    }

    /// Does a part of what is being done; without a span of its own where nothing is recorded.
    public static <T> T part(String name, Function<Span, T> work) {
        return part(name, SpanKind.INTERNAL, work);
    }

    /// The same, where the part is to ask somebody else.
    public static <T> T asking(String name, Function<Span, T> work) {
        return part(name, SpanKind.CLIENT, work);
    }

    private static <T> T part(String name, SpanKind kind, Function<Span, T> work) {
        Span current = current();
        if (current == null || current.recorder == null || !current.isRecorded()) return work.apply(NONE);
        return current.recorder.begin(name, kind, current.context()).during(work);
    }

    /// What is being done in this thread; where nothing is recorded, what takes everything and keeps nothing.
    public static Span here() {
        Span current = current();
        return current == null ? NONE : current;
    }

    /// Work for another thread, as part of what is being done in this one.
    public static Runnable carried(Runnable work) {
        Span current = current();
        return current == null
                ? work
                : () -> ScopedValue.where(CURRENT, current).run(work);
    }

    /// The id of a checkout that is about to be opened: its trace has the same. Where somebody else has named
    /// the trace, the two refer to each other.
    public static CheckoutId nextCheckout() {
        Span current = current();
        return current == null ? CheckoutId.next() : current.opening();
    }

    private CheckoutId opening() {
        UUID own = unused;
        unused = null;
        CheckoutId id = own == null ? CheckoutId.next() : new CheckoutId(own);
        if (recorder != null) recorder.opens(this, id);
        return id;
    }

    /// Does the work, as what is current meanwhile, and ends.
    <T> T during(Function<Span, T> work) {
        try {
            return ScopedValue.where(CURRENT, this).call(() -> work.apply(this));
        } catch (Refusal refusal) {
            set("holdfast.refusal", refusal.problem().code());
            throw refusal;
        } catch (RuntimeException e) {
            failed(e.getClass().getName()); // and not what it says: there might be a name in it
            throw e;
        } finally {
            open.end();
        }
    }

    <T> T during(Supplier<T> work) {
        return during(_ -> work.get());
    }

    /// Says something about it: an id, a code or a number.
    public void set(String key, Object value) {
        if (!isRecorded()) return;
        switch (value) {
            case Number number -> open.setAttribute(key, number.longValue());
            case Boolean bool -> open.setAttribute(key, bool);
            case Enum<?> code -> open.setAttribute(key, code.name().toLowerCase(Locale.ROOT));
            default -> open.setAttribute(key, value.toString());
        }
    }

    /// Something happened right now.
    public void event(String name) {
        open.addEvent(name);
    }

    public void rename(String name) {
        open.updateName(name);
    }

    /// It did not come to what it should have.
    ///
    /// @param type a code, or the name of a class
    public void failed(String type) {
        open.setAttribute("error.type", type);
        open.setStatus(StatusCode.ERROR);
    }

    /// Whether anybody will see it.
    public boolean isRecorded() {
        return open.isRecording();
    }

    /// The name of its trace, as 32 hexadecimal digits.
    public String trace() {
        return open.getSpanContext().getTraceId();
    }

    /// Itself, as the header `traceparent` or `traceresponse` has it.
    public String header() {
        var self = open.getSpanContext();
        return "00-" + self.getTraceId() + "-" + self.getSpanId() + "-"
                + self.getTraceFlags().asHex();
    }

    io.opentelemetry.api.trace.Span open() {
        return open;
    }

    Context context() {
        return Context.root().with(open);
    }

    /// A checkout that is opened in this trace gets this id.
    Span offering(UUID id) {
        unused = id;
        return this;
    }

    @Nullable
    CheckoutId subject() {
        return subject;
    }

    void about(CheckoutId checkout) {
        subject = checkout;
        set("holdfast.checkout.id", checkout);
    }
}
