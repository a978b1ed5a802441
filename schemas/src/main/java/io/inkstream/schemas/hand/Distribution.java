package io.inkstream.schemas.hand;

/**
 * How a trait is distributed over the hands of a style.
 *
 * @param median the value of as many hands above as below
 * @param spread standard deviation between hands: of the value, or of its logarithm, as {@link Trait} says; 0 or more
 */
public record Distribution(double median, double spread) {
    /**
     * This one, with what a style says instead.
     *
     * @param said a median, or null to keep this one's
     */
    public Distribution with(Double said, double spread) {
        return new Distribution(said == null ? median : said, spread);
    }
}
