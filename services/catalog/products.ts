import type { Product } from './product.ts';

/** What the shop sells on its first day. Prices are in cents. */
export const firstProducts: readonly Product[] = [
  product(
    'walnut-desk',
    'Walnut Desk',
    'furniture',
    54900,
    'Solid walnut, oiled by hand, with a drawer that closes softly.',
  ),
  product('linen-armchair', 'Linen Armchair', 'furniture', 38900, 'Deep enough for a long book, in undyed linen.'),
  product('oak-bookshelf', 'Oak Bookshelf', 'furniture', 27900, 'Five boards of oak and not one screw in sight.'),
  product('brass-desk-lamp', 'Brass Desk Lamp', 'lighting', 11900, 'Turns every way and stays where you leave it.'),
  product(
    'paper-floor-lamp',
    'Paper Floor Lamp',
    'lighting',
    8900,
    'Washi paper over bamboo: light like late afternoon.',
  ),
  product(
    'candle-lantern',
    'Candle Lantern',
    'lighting',
    3450,
    'Blown glass and a handle of leather, for the balcony.',
  ),
  product('cast-iron-teapot', 'Cast Iron Teapot', 'kitchen', 6400, 'Keeps a litre of tea warm for an afternoon.'),
  product('carbon-steel-pan', 'Carbon Steel Pan', 'kitchen', 5900, 'Light, hot in a minute, better every year.'),
  product('stoneware-mug', 'Stoneware Mug', 'kitchen', 1850, 'Thrown on the wheel, so no two are alike.'),
  product('merino-blanket', 'Merino Blanket', 'textiles', 12900, 'Woven from the wool of one flock, by one mill.'),
  product('linen-towels', 'Linen Towels', 'textiles', 2950, 'A pair that dries dishes and the air around them.'),
  product('wool-rug', 'Wool Rug', 'textiles', 34900, 'Two by three metres, in the colours of a winter field.'),
];

function product(id: string, name: string, category: string, priceCents: number, description: string): Product {
  return { id, name, category, description, priceCents, currency: 'EUR' };
}
