package io.inkstream.ops.hand;

/**
 * A place on a page to write in. Lengths are millimetres from the top left corner of the page.
 *
 * @param text what to write there; it is printed above
 * @param left of the room to write in
 * @param top of it
 */
record Field(String text, double left, double top, Kind kind) {
    /** What is asked for in a field. */
    enum Kind {
        /** One character. */
        CELL(17, 15, 8.8, 3.8),
        /** A row of words. */
        LINE(190, 14, 9, 2.8);

        private final double width;
        private final double height;
        private final double baseline;
        private final double xHeight;

        Kind(double width, double height, double baseline, double xHeight) {
            this.width = width;
            this.height = height;
            this.baseline = baseline;
            this.xHeight = xHeight;
        }

        double width() {
            return width;
        }

        double height() {
            return height;
        }

        /** Below the top of the field. */
        double baseline() {
            return baseline;
        }

        double xHeight() {
            return xHeight;
        }

        /** Above the baseline. */
        double ascender() {
            return 1.9 * xHeight;
        }

        /** Below the baseline. */
        double descender() {
            return 1.1 * xHeight;
        }
    }
}
