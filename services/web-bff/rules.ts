interface Priced {
  readonly priceCents: number;
  readonly currency: string;
}

interface Categorized {
  readonly id: string;
  readonly category: string;
}

/** A price as people read it: `€24.90`. */
export const priceText = ({ priceCents, currency }: Priced): string =>
  new Intl.NumberFormat('en-IE', { style: 'currency', currency }).format(priceCents / 100);

/** What else may please somebody who looks at this product: others of its category. */
export const relatedTo = <T extends Categorized>(product: Categorized, all: readonly T[], most = 3): T[] =>
  all.filter(({ id, category }) => id !== product.id && category === product.category).slice(0, most);
