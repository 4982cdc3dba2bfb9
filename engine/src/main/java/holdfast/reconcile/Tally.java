package holdfast.reconcile;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one comparison has come to so far. Of one thread.
final class Tally {

    /// As many as a report names.
    private static final int FINDINGS_MAX = 1_000;

    private final List<Report.Finding> findings = new ArrayList<>();
    private int agreed;
    private int underway;
    private @Nullable String incomplete;

    void add(Looked looked) {
        switch (looked) {
            case Looked.Agreed() -> agreed++;
            case Looked.Underway() -> underway++;
            case Looked.Unreachable(String detail) -> incomplete = detail;
            case Looked.Found(Report.Finding finding) -> {
                findings.add(finding);
                if (findings.size() >= FINDINGS_MAX) incomplete = "more was found than a report names";
            }
        }
    }

    void stop(String because) {
        incomplete = because;
    }

    boolean isStopped() {
        return incomplete != null;
    }

    int checked() {
        return agreed + underway + findings.size();
    }

    int agreed() {
        return agreed;
    }

    int underway() {
        return underway;
    }

    List<Report.Finding> findings() {
        return findings;
    }

    @Nullable
    String incomplete() {
        return incomplete;
    }

    /// What came of looking at one payment.
    sealed interface Looked {

        record Agreed() implements Looked {}

        record Underway() implements Looked {}

        record Found(Report.Finding finding) implements Looked {}

        record Unreachable(String detail) implements Looked {}
    }
}
