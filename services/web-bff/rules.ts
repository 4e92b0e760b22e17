interface Priced {
  readonly priceCents: number;
  readonly currency: string;
}

interface Categorized {
  readonly id: string;
  readonly category: string;
}

/**
 * Makes the function that writes a price as people read it: `€24.90`. It keeps its formats, which are costly to make.
 */
export function priceWriter(): (priced: Priced) => string {
  const formats = new Map<string, Intl.NumberFormat>();
  const formatOf = (currency: string): Intl.NumberFormat => {
    let format = formats.get(currency);
    if (format === undefined) {
      format = new Intl.NumberFormat('en-IE', { style: 'currency', currency });
      formats.set(currency, format);
    }
    return format;
  };
  return ({ priceCents, currency }) => formatOf(currency).format(priceCents / 100);
}

/** Products to show beside this one: others of its category. */
export const relatedTo = <T extends Categorized>(product: Categorized, all: readonly T[], most = 3): T[] =>
  all.filter(({ id, category }) => id !== product.id && category === product.category).slice(0, most);
