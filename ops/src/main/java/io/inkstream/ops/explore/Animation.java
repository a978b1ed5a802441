package io.inkstream.ops.explore;

import io.inkstream.modelserver.compositing.GreyImage;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;

/**
 * Shows pictures one after the other, there and back again without an end, as an animated GIF.
 *
 * @see <a href="https://www.w3.org/Graphics/GIF/spec-gif89a.txt">the file format</a>
 */
public final class Animation {
    private static final int MARGIN_PX = 12;
    /** As many greys as a line has that was drawn with a pen and smoothed; fewer make smaller files. */
    private static final int GREYS = 16;

    private static final String METADATA = "javax_imageio_gif_image_1.0";
    private static final byte[] FOR_EVER = {1, 0, 0};

    private Animation() {}

    /**
     * Returns the GIF; the same pictures give the same bytes.
     *
     * @param pictures two at least; smaller ones stand at the left of the middle
     * @param frameMs for how long each shows, in milliseconds; the first and the last do so for four times as long
     */
    public static byte[] gif(List<GreyImage> pictures, int frameMs) {
        int width = 2 * MARGIN_PX
                + pictures.stream().mapToInt(GreyImage::widthPx).max().orElseThrow();
        int height = 2 * MARGIN_PX
                + pictures.stream().mapToInt(GreyImage::heightPx).max().orElseThrow();
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < pictures.size(); i++) {
            order.add(i);
        }
        for (int i = pictures.size() - 2; i > 0; i--) {
            order.add(i);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.prepareWriteSequence(null);
            for (int i : order) {
                BufferedImage frame = frame(pictures.get(i), width, height);
                boolean end = i == 0 || i == pictures.size() - 1;
                writer.writeToSequence(
                        new IIOImage(frame, null, metadata(writer, frame, (end ? 4 : 1) * frameMs / 10)), null);
            }
            writer.endWriteSequence();
        } catch (IOException e) {
            throw new IllegalStateException("memory does not take an animation", e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    private static BufferedImage frame(GreyImage picture, int width, int height) {
        byte[] greys = new byte[GREYS];
        for (int i = 0; i < GREYS; i++) {
            greys[i] = (byte) (i * 255 / (GREYS - 1));
        }
        BufferedImage frame = new BufferedImage(
                width, height, BufferedImage.TYPE_BYTE_INDEXED, new IndexColorModel(4, GREYS, greys, greys, greys));
        Graphics2D g = frame.createGraphics();
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, width, height);
        g.dispose();
        int top = (height - picture.heightPx()) / 2;
        // Not by drawing: Java would dither, and paper would rustle from frame to frame.
        for (int y = 0; y < picture.heightPx(); y++) {
            for (int x = 0; x < picture.widthPx(); x++) {
                int grey = picture.pixels()[y * picture.widthPx() + x] & 0xff;
                frame.getRaster().setSample(MARGIN_PX + x, top + y, 0, (grey * (GREYS - 1) + 127) / 255);
            }
        }
        return frame;
    }

    private static IIOMetadata metadata(ImageWriter writer, BufferedImage frame, int delayHundredths)
            throws IOException {
        ImageWriteParam parameters = writer.getDefaultWriteParam();
        // Not ImageTypeSpecifier.createFromRenderedImage, which takes every picture with a palette for one in standard
        // colours.
        IIOMetadata metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(frame), parameters);
        IIOMetadataNode root = (IIOMetadataNode) metadata.getAsTree(METADATA);
        IIOMetadataNode control = child(root, "GraphicControlExtension");
        control.setAttribute("disposalMethod", "doNotDispose");
        control.setAttribute("userInputFlag", "FALSE");
        control.setAttribute("transparentColorFlag", "FALSE");
        control.setAttribute("transparentColorIndex", "0");
        control.setAttribute("delayTime", Integer.toString(Math.max(2, delayHundredths)));
        IIOMetadataNode loop = new IIOMetadataNode("ApplicationExtension");
        loop.setAttribute("applicationID", "NETSCAPE");
        loop.setAttribute("authenticationCode", "2.0");
        loop.setUserObject(FOR_EVER.clone());
        child(root, "ApplicationExtensions").appendChild(loop);
        metadata.setFromTree(METADATA, root);
        return metadata;
    }

    private static IIOMetadataNode child(IIOMetadataNode root, String name) {
        for (int i = 0; i < root.getLength(); i++) {
            if (root.item(i).getNodeName().equals(name)) {
                return (IIOMetadataNode) root.item(i);
            }
        }
        IIOMetadataNode child = new IIOMetadataNode(name);
        root.appendChild(child);
        return child;
    }
}
