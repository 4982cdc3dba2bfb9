package holdfast.drill;

import static holdfast.drill.Figures.told;

import java.time.Duration;

/// Something bad that happens to one of those who keep a shop running, and is over after a while.
///
/// @param at when it begins, from the beginning of the torture
/// @param lasts how long; a process that was ended is started again then
/// @param victim its name: see [Stage]
public record Harm(Duration at, Duration lasts, Kind kind, String victim) {

    /// What can happen.
    public enum Kind {
        KILL("is killed", false),
        STOP("is told to stop", false),
        FREEZE("is frozen", false),
        CUT("is cut", true),
        REFUSE("takes no connection", true),
        HOLD_THERE("holds back what is asked", true),
        HOLD_BACK("holds back what is answered", true),
        LOSE_THERE("loses what is asked", true),
        LOSE_BACK("loses what is answered", true),
        SLOW("is slow", true);

        private final String text;
        private final boolean ofLinks;

        Kind(String text, boolean ofLinks) {
            this.text = text;
            this.ofLinks = ofLinks;
        }

        /// What happens to whom, in words.
        String text() {
            return text;
        }

        /// Whether it happens to links; else it happens to processes.
        public boolean ofLinks() {
            return ofLinks;
        }
    }

    /// When it is over.
    Duration ends() {
        return at.plus(lasts);
    }

    @Override
    public String toString() {
        return "%8s  %s %s for %s".formatted(told(at), victim, kind.text, told(lasts));
    }
}
