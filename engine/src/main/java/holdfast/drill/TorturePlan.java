package holdfast.drill;

import java.time.Duration;

/// What a torture is like.
///
/// @param length for how long there are harms
/// @param seed decides what happens to whom and when, and what each shopper does
/// @param atOnce how many shoppers are in the shop at the same time
/// @param quiet how long the shop has to bring everything to an end, once the harms are over
public record TorturePlan(Duration length, long seed, int atOnce, Duration quiet) {}
