package holdfast.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class HarmScheduleTest {

    private static final Duration LENGTH = Duration.ofMinutes(10);
    private static final List<Stage.Victim> VICTIMS = List.of(
            new Stage.Victim("server", List.of(Harm.Kind.KILL, Harm.Kind.FREEZE), 4),
            new Stage.Victim("link", List.of(Harm.Kind.CUT, Harm.Kind.LOSE_BACK, Harm.Kind.SLOW), 3),
            new Stage.Victim("database", List.of(Harm.Kind.KILL), 1));

    @Test
    void the_same_seed_makes_the_same_schedule_and_another_seed_another() {
        List<Harm> harms = HarmSchedule.of(7, LENGTH, VICTIMS);
        assertThat(HarmSchedule.of(7, LENGTH, VICTIMS)).isEqualTo(harms);
        assertThat(HarmSchedule.of(8, LENGTH, VICTIMS)).isNotEqualTo(harms);
    }

    @Test
    void everybody_is_harmed_by_all_that_can_happen_to_them() {
        Map<String, Long> counts = HarmSchedule.of(1, LENGTH, VICTIMS).stream()
                .collect(Collectors.groupingBy(harm -> harm.victim() + " " + harm.kind(), Collectors.counting()));
        assertThat(counts)
                .containsOnlyKeys(
                        "server KILL", "server FREEZE", "link CUT", "link LOSE_BACK", "link SLOW", "database KILL");
    }

    @Test
    void nobody_is_harmed_twice_at_a_time_and_all_is_over_in_the_end() {
        for (long seed = 0; seed < 50; seed++) {
            Map<String, List<Harm>> ofEach =
                    HarmSchedule.of(seed, LENGTH, VICTIMS).stream().collect(Collectors.groupingBy(Harm::victim));
            ofEach.values().forEach(harms -> {
                assertThat(harms).isSortedAccordingTo(Comparator.comparing(Harm::at));
                for (int i = 1; i < harms.size(); i++) {
                    assertThat(harms.get(i).at())
                            .isGreaterThanOrEqualTo(harms.get(i - 1).ends());
                }
                assertThat(harms.getLast().ends()).isLessThanOrEqualTo(LENGTH);
            });
        }
    }

    @Test
    void some_are_frozen_for_longer_than_a_lease() {
        assertThat(HarmSchedule.of(1, LENGTH, VICTIMS))
                .anyMatch(
                        harm -> harm.kind() == Harm.Kind.FREEZE && harm.lasts().compareTo(Duration.ofSeconds(30)) > 0);
    }
}
