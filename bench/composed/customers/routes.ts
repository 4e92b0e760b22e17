import { Type } from 'typebox';
import { defineRoutes } from '../../../services/chassis/index.ts';

/** What the customers say, as the view wants it too. */
export const customersRoutes = defineRoutes({
  getCustomer: {
    method: 'GET',
    path: '/customers/{id}',
    params: Type.Object({ id: Type.String() }),
    answer: Type.Object({ id: Type.String(), name: Type.String(), city: Type.String(), since: Type.Integer() }),
  },
});
