package io.inkstream.modelserver.joins;

/** A point or a direction. */
record Vector(double x, double y) {
    /** The direction of length 1; to the right where there is none. */
    static Vector unit(double x, double y) {
        double length = StrictMath.sqrt(x * x + y * y);
        return length > 1e-9 ? new Vector(x / length, y / length) : new Vector(1, 0);
    }

    Vector plus(double dx, double dy) {
        return new Vector(x + dx, y + dy);
    }

    Vector times(double factor) {
        return new Vector(factor * x, factor * y);
    }

    double dot(Vector other) {
        return x * other.x + y * other.y;
    }

    double distance(Vector other) {
        return StrictMath.sqrt((x - other.x) * (x - other.x) + (y - other.y) * (y - other.y));
    }

    /** Height above the baseline. */
    double height() {
        return -y;
    }
}
