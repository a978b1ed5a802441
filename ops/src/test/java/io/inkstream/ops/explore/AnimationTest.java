package io.inkstream.ops.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.modelserver.compositing.GreyImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Node;

class AnimationTest {
    private static final int MARGIN_PX = 12;

    private static GreyImage plain(int widthPx, int grey) {
        byte[] pixels = new byte[widthPx * 10];
        Arrays.fill(pixels, (byte) grey);
        return new GreyImage(widthPx, 10, pixels);
    }

    private final byte[] gif = Animation.gif(List.of(plain(20, 0), plain(30, 136), plain(25, 255)), 100);

    private static ImageReader reader(byte[] gif) throws Exception {
        ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
        reader.setInput(ImageIO.createImageInputStream(new ByteArrayInputStream(gif)));
        return reader;
    }

    private static int grey(BufferedImage frame, int x) {
        int rgb = frame.getRGB(x, frame.getHeight() / 2);
        assertThat(rgb & 0xff).as("blue is red, so it is a grey").isEqualTo(rgb >> 16 & 0xff);
        return rgb & 0xff;
    }

    @Test
    void itGoesThereAndBack() throws Exception {
        ImageReader reader = reader(gif);

        assertThat(reader.getNumImages(true)).isEqualTo(4);
        int[] greys = {0, 136, 255, 136};
        for (int i = 0; i < greys.length; i++) {
            assertThat(grey(reader.read(i), MARGIN_PX + 1)).as("frame %d", i).isCloseTo(greys[i], within(8));
        }
    }

    @Test
    void everyFrameHasRoomForTheLargestOnPaper() throws Exception {
        ImageReader reader = reader(gif);

        for (int i = 0; i < 4; i++) {
            BufferedImage frame = reader.read(i);
            assertThat(frame.getWidth()).isEqualTo(30 + 2 * MARGIN_PX);
            assertThat(grey(frame, frame.getWidth() - 2)).isEqualTo(255);
        }
        assertThat(grey(reader.read(0), MARGIN_PX + 22)).isEqualTo(255);
    }

    @Test
    void itNeverEndsAndRestsAtBothEnds() throws Exception {
        assertThat(new String(gif, StandardCharsets.ISO_8859_1)).contains("NETSCAPE2.0");
        assertThat(delay(0)).isEqualTo(40);
        assertThat(delay(1)).isEqualTo(10);
        assertThat(delay(2)).isEqualTo(40);
    }

    private int delay(int frame) throws Exception {
        Node root = reader(gif).getImageMetadata(frame).getAsTree("javax_imageio_gif_image_1.0");
        for (Node node = root.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node.getNodeName().equals("GraphicControlExtension")) {
                return Integer.parseInt(
                        node.getAttributes().getNamedItem("delayTime").getNodeValue());
            }
        }
        throw new AssertionError("the frame has no delay");
    }

    @Test
    void theSamePicturesGiveTheSameBytes() {
        assertThat(Animation.gif(List.of(plain(20, 0), plain(30, 136), plain(25, 255)), 100))
                .isEqualTo(gif);
    }
}
