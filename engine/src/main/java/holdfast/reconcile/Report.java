package holdfast.reconcile;

import holdfast.kernel.PaymentId;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What came of comparing a provider's list with ours.
///
/// @param since from when on payments were looked at, by when they began; `until` before when
/// @param endedAt null while it is under way
/// @param checked how many payments were looked at, on either side
/// @param agreed how many are the same on both sides
/// @param underway how many somebody is at, or was sent to now
/// @param incomplete why not everything could be looked at; null if it was
public record Report(
        UUID id,
        String gateway,
        Kind kind,
        Instant since,
        Instant until,
        Instant startedAt,
        @Nullable Instant endedAt,
        int checked,
        int agreed,
        int underway,
        List<Finding> findings,
        @Nullable String incomplete) {

    /// Why it was made.
    public enum Kind {
        /// Every five minutes, of the last hour.
        RECENT,
        /// Every night, of all there is.
        FULL,
        /// Because somebody asked.
        ASKED;

        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Kind of(String code) {
            return valueOf(code.toUpperCase(Locale.ROOT));
        }
    }

    /// What was found about one payment.
    ///
    /// @param payment our own id, as the provider was told
    /// @param resolved whether it was put in order
    public record Finding(String reference, @Nullable PaymentId payment, String detail, boolean resolved) {}

    /// Whether both sides say the same now, or are about to.
    public boolean isClean() {
        return incomplete == null && findings.stream().allMatch(Finding::resolved);
    }

    /// How far it is: `running`, `clean`, `incomplete` or `unexplained`.
    public String status() {
        if (endedAt == null) return "running";
        if (findings.stream().anyMatch(finding -> !finding.resolved())) return "unexplained";
        return incomplete == null ? "clean" : "incomplete";
    }
}
