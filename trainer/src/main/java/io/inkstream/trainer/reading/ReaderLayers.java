package io.inkstream.trainer.reading;

/**
 * The convolutions of a reader in their order, said once for the network that learns and for the one that is exported: to
 * 14 x 14 by a 5x5 convolution of stride 2, then three stages of 14 x 14, 7 x 7 and 4 x 4, each begun by a stride of 2 in
 * place of a pooling.
 */
final class ReaderLayers {
    /** Sides of the last stage. */
    static final int LAST_SIDE = 4;

    private static final int STAGES = 3;

    private ReaderLayers() {}

    /** Makes layers, and names each by what comes out of it. */
    interface Maker {
        /** A convolution, a batch norm, and a rectifier if it {@code rectifies}. */
        String conv(String name, String from, int inputs, int outputs, int kernel, int stride, boolean rectifies);

        /** A sum, rectified. */
        String sum(String name, String branch, String shortcut);
    }

    /** Channels of the last stage. */
    static int channels(ReaderConfig config) {
        return config.width() << (STAGES - 1);
    }

    /** Values of the last stage. */
    static int flat(ReaderConfig config) {
        return channels(config) * LAST_SIDE * LAST_SIDE;
    }

    /** Makes all of them; returns the name of what comes out of the last. */
    static String make(ReaderConfig config, String ink, Maker maker) {
        int channels = config.width();
        String x = maker.conv("stem", ink, 1, channels, 5, 2, true);
        for (int stage = 0; stage < STAGES; stage++) {
            for (int block = 0; block < config.blocks(); block++) {
                int outputs = config.width() << stage;
                int stride = stage > 0 && block == 0 ? 2 : 1;
                String name = "stage" + (stage + 1) + "-block" + (block + 1);
                x = switch (config.net()) {
                    case CNN -> maker.conv(name, x, channels, outputs, 3, stride, true);
                    case RESNET -> residual(name, x, channels, outputs, stride, maker);
                };
                channels = outputs;
            }
        }
        return x;
    }

    private static String residual(String name, String x, int inputs, int outputs, int stride, Maker maker) {
        String branch = maker.conv(name + "-a", x, inputs, outputs, 3, stride, true);
        branch = maker.conv(name + "-b", branch, outputs, outputs, 3, 1, false);
        String shortcut =
                stride == 1 && inputs == outputs ? x : maker.conv(name + "-c", x, inputs, outputs, 1, stride, false);
        return maker.sum(name, branch, shortcut);
    }
}
