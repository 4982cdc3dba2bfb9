package holdfast.drill;

import holdfast.kernel.Sku;

/// What a flash sale is like.
///
/// @param shoppers how many want something
/// @param units how many there are, on hand and promised to nobody
/// @param quantity how many each of them wants
/// @param atOnce how many are in the shop at the same time
/// @param comeBack how often one who was refused comes back at most, as long as units may return
/// @param abandonPercent how many of a hundred go away without paying
/// @param seed decides who that is, and who comes back when
public record FlashSalePlan(
        Sku sku, int shoppers, long units, int quantity, int atOnce, int comeBack, int abandonPercent, long seed) {}
