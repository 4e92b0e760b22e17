import { Type } from 'typebox';
import { defineRoutes } from '../../../services/chassis/index.ts';

/** Routes of the customers, which the view calls. */
export const customersRoutes = defineRoutes({
  getCustomer: {
    method: 'GET',
    path: '/customers/{id}',
    answer: Type.Object({ id: Type.String(), name: Type.String(), email: Type.String(), since: Type.String() }),
  },
});
